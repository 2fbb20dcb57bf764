package dev.regent.dcs.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.testkit.process.FreePorts;
import dev.regent.testkit.process.TemporaryFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An agent that speaks TLS with certificates of Consul's own making, and demands one of each client. */
class ConsulTlsIT {
    private static TemporaryFolder folder;
    private static ConsulAgent agent;
    private static int port;

    @BeforeAll
    static void startAgent() throws Exception {
        folder = TemporaryFolder.create("regent-consul-tls-");
        consul("tls", "ca", "create");
        consul("tls", "cert", "create", "-server");
        consul("tls", "cert", "create", "-client");
        port = FreePorts.next();
        agent = ConsulAgent.start(
                """
                "addresses": {"https": "127.0.0.1"}, "ports": {"https": %d}, "verify_incoming": true,
                "ca_file": "%s", "cert_file": "%s", "key_file": "%s"
                """.formatted(port, authority(), file("dc1-server-consul-0.pem"), file("dc1-server-consul-0-key.pem")));
    }

    @AfterAll
    static void stopAgent() throws Exception {
        agent.close();
        folder.close();
    }

    @Test
    void aClientWithACertificateIsLetIn() throws Exception {
        assertThat(read(section("cacert", authority(), "cert", certificate(), "key", key())))
                .isTrue();
    }

    @Test
    void theKeyMayBeInTheFileOfTheCertificate() throws Exception {
        Path both = file("both.pem");
        Files.writeString(both, Files.readString(key()) + Files.readString(certificate()));

        assertThat(read(section("cacert", authority(), "cert", both))).isTrue();
    }

    @Test
    void aServerThatIsNotVerifiedMayBeAnybody() throws Exception {
        assertThat(read(section("verify", false, "cert", certificate(), "key", key())))
                .isTrue();
    }

    @Test
    void aServerOfAnUnknownAuthorityIsNotTrusted() {
        assertThatThrownBy(() -> read(section("cert", certificate(), "key", key())))
                .isInstanceOf(DcsException.class)
                .hasMessageContaining("certification path");
    }

    @Test
    void aServerUnderAnotherNameIsNotTrusted() {
        assertThatThrownBy(() ->
                        read(section("host", "127.0.0.2", "cacert", authority(), "cert", certificate(), "key", key())))
                .isInstanceOf(DcsException.class);
    }

    @Test
    void aClientWithoutACertificateIsRefused() {
        assertThatThrownBy(() -> read(section("cacert", authority()))).isInstanceOf(DcsException.class);
    }

    @Test
    void filesThatAreMissingOrOfAnotherKindAreRefusedByName() {
        assertThatThrownBy(() -> read(section("cacert", file("missing.pem"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("missing.pem");
        assertThatThrownBy(() -> read(section("cacert", key())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a certificate in PEM form");
        assertThatThrownBy(() -> read(section("cert", certificate())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a private key in PEM form");
    }

    /** True when the agent answered. */
    private static boolean read(ConsulSettings settings) throws DcsException {
        try (Dcs dcs = ConsulDcs.open(settings, "service/demo", "demo-node1")) {
            return dcs.read().byKey().isEmpty();
        }
    }

    private static ConsulSettings section(Object... keysAndValues) {
        Map<String, Object> section = new HashMap<>(Map.of("scheme", "https", "port", port));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            section.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return ConsulSettings.of(section);
    }

    private static Path authority() {
        return file("consul-agent-ca.pem");
    }

    private static Path certificate() {
        return file("dc1-client-consul-0.pem");
    }

    private static Path key() {
        return file("dc1-client-consul-0-key.pem");
    }

    private static Path file(String name) {
        return folder.path().resolve(name);
    }

    private static void consul(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("consul"));
        command.addAll(List.of(arguments));
        Process consul = new ProcessBuilder(command)
                .directory(folder.path().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(consul.waitFor()).isZero();
    }
}
