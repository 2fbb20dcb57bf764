package dev.regent.dcs.etcd;

import static dev.regent.ha.spi.Expected.ANYTHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.dcs.etcd.EtcdOptions.ClientCertificate;
import dev.regent.dcs.etcd.EtcdOptions.Tls;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real etcd server that speaks TLS and asks for client certificates. */
final class TlsIT {
    private static final String PREFIX = "/service/demo/";
    private static final Duration CALL_LIMIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_START = Duration.ofSeconds(30);

    private static SecureEtcd etcd;

    @BeforeAll
    static void startEtcd() throws Exception {
        etcd = SecureEtcd.start();
        try (EtcdDcs dcs = client("ca", "client")) {
            dcs.limitCallsTo(LONGEST_START);
            dcs.read();
        }
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    private static EtcdDcs client(String authority, String... certificate) {
        TestCertificates made = etcd.certificates();
        Optional<ClientCertificate> own = Optional.of(certificate)
                .filter(names -> names.length > 0)
                .map(names -> new ClientCertificate(made.certificate(names[0]), made.key(names[0])));
        return EtcdDcs.open(EtcdOptions.of(PREFIX, "https://127.0.0.1:" + etcd.port())
                .withCallTimeout(CALL_LIMIT)
                .withTls(new Tls(Optional.of(made.certificate(authority)), own)));
    }

    @Test
    void everythingWorksWithAClientCertificate() throws Exception {
        try (EtcdDcs dcs = client("ca", "client")) {
            AtomicInteger hints = new AtomicInteger();
            dcs.watch(hints::incrementAndGet);
            Session session = dcs.openSession(Duration.ofSeconds(30));

            assertThat(session.write("leader", "a", ANYTHING)).isTrue();
            assertThat(session.renew()).isTrue();
            assertThat(dcs.read().byKey()).containsKey("leader");
            Eventually.holds("a hint", Duration.ofSeconds(5), () -> hints.get() > 0);
            session.end();
        }
    }

    @Test
    void aCertificateAndItsKeyMayStandInOneFile() throws Exception {
        TestCertificates made = etcd.certificates();
        Path both = made.certificate("both");
        Files.writeString(both, Files.readString(made.key("client")) + Files.readString(made.certificate("client")));
        Map<String, String> section = Map.of(
                "host",
                "127.0.0.1:" + etcd.port(),
                "protocol",
                "https",
                "cacert",
                made.certificate("ca").toString(),
                "cert",
                both.toString());

        try (Dcs dcs = new EtcdDcsProvider().open("etcd3", section, PREFIX, "demo-node1")) {
            assertThat(dcs.write("config", "{}", ANYTHING)).isTrue();
        }
    }

    @Test
    void aServerThatAnotherAuthorityHasSignedIsRefused() {
        try (EtcdDcs dcs = client("stranger", "client")) {
            assertThatThrownBy(dcs::read)
                    .isInstanceOf(DcsException.class)
                    .hasMessageContaining("no TLS connection")
                    .hasMessageContaining("check cacert");
        }
    }

    @Test
    void theLackOfAClientCertificateIsTold() {
        try (EtcdDcs dcs = client("ca")) {
            assertThatThrownBy(dcs::read)
                    .isInstanceOf(DcsException.class)
                    .hasMessageContaining("no TLS connection")
                    .hasMessageContaining("check cacert, cert and key");
        }
    }

    @Test
    void aServerUnderAnotherNameIsRefused() {
        EtcdOptions byName = EtcdOptions.of(PREFIX, "https://localhost:" + etcd.port())
                .withCallTimeout(CALL_LIMIT)
                .withTls(new Tls(Optional.of(etcd.certificates().certificate("ca")), Optional.empty()));
        try (EtcdDcs dcs = EtcdDcs.open(byName)) {
            assertThatThrownBy(dcs::read)
                    .isInstanceOf(DcsException.class)
                    .hasMessageContaining("localhost")
                    .hasMessageContaining("no TLS connection");
        }
    }

    @Test
    void plainHttpToATlsPortIsTold() {
        try (EtcdDcs dcs = EtcdDcs.open(
                EtcdOptions.of(PREFIX, "http://127.0.0.1:" + etcd.port()).withCallTimeout(CALL_LIMIT))) {
            assertThatThrownBy(dcs::read).isInstanceOf(DcsException.class).hasMessageContaining("expect https?");
        }
    }
}
