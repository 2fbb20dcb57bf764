package dev.regent.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.rest.AccessSettings;
import dev.regent.rest.AnswerSettings;
import dev.regent.rest.ClientCertificates;
import dev.regent.rest.RestSettings;
import dev.regent.rest.ServerToken;
import dev.regent.rest.TlsFiles;
import dev.regent.rest.TlsSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RestApiSectionTest {
    private static final String REST = """
            scope: demo
            name: node1
            etcd3: {host: 127.0.0.1}
            postgresql: {listen: 127.0.0.1:5432, data_dir: /data, authentication: {replication: {username: r}}}
            restapi:
              listen: 0.0.0.0:8008
              connect_address: 10.0.0.1:8008
            """;

    @Test
    void everythingThatMayBeSaidIsRead() {
        AgentConfig config = AgentConfigTest.read(REST + """
              authentication: {username: admin, password: secret}
              certfile: /etc/ssl/node.pem
              keyfile: /etc/ssl/node.key
              keyfile_password: hush
              cafile: /etc/ssl/ca.pem
              ciphers: HIGH:!aNULL
              verify_client: Optional
              allowlist: [10.0.0.0/8, monitor.example]
              allowlist_include_members: true
              http_extra_headers: {X-Frame-Options: SAMEORIGIN}
              https_extra_headers: {Strict-Transport-Security: max-age=31536000}
              request_queue_size: 500
              thread_pool_size: 20
              server_tokens: ProductOnly
            """);

        RestSettings settings = config.restApi().settings();
        assertThat(config.apiUrl()).isEqualTo("https://10.0.0.1:8008/patroni");
        assertThat(settings.host()).isEqualTo("0.0.0.0");
        assertThat(settings.tls())
                .contains(new TlsSettings(
                        new TlsFiles(
                                Optional.of(Path.of("/etc/ssl/node.pem")),
                                Optional.of(Path.of("/etc/ssl/node.key")),
                                Optional.of("hush"),
                                Optional.of(Path.of("/etc/ssl/ca.pem"))),
                        Optional.of("HIGH:!aNULL"),
                        ClientCertificates.OPTIONAL));
        assertThat(settings.access())
                .isEqualTo(new AccessSettings(
                        Optional.of(new AccessSettings.Login("admin", "secret")),
                        Optional.of(List.of("10.0.0.0/8", "monitor.example")),
                        true));
        assertThat(settings.answers())
                .isEqualTo(new AnswerSettings(
                        ServerToken.PRODUCT_ONLY,
                        Map.of("X-Frame-Options", "SAMEORIGIN"),
                        Map.of("Strict-Transport-Security", "max-age=31536000")));
        assertThat(settings.backlog()).isEqualTo(500);
        assertThat(settings.slowThreads()).isEqualTo(20);
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void nothingMoreThanAnAddressIsNeeded() {
        RestSettings settings = AgentConfigTest.read(REST).restApi().settings();

        assertThat(settings).isEqualTo(RestSettings.listeningOn("0.0.0.0", 8008));
    }

    @Test
    void peersAreCheckedOnlyWhereSomebodySaysByWhom() {
        String ca = "  certfile: /etc/ssl/node.pem\n  cafile: /etc/ssl/ca.pem\n";
        TlsFiles anybody = AgentConfigTest.read(REST + ca).restApi().peers();
        TlsFiles checked = AgentConfigTest.read(REST + ca + "ctl: {cacert: /etc/ssl/servers.pem}\n")
                .restApi()
                .peers();
        TlsFiles certified = AgentConfigTest.read(
                        REST + ca + "ctl: {certfile: /etc/ssl/client.pem, keyfile: /etc/ssl/client.key}\n")
                .restApi()
                .peers();

        assertThat(anybody).isEqualTo(TlsFiles.NONE);
        assertThat(checked.authorities()).contains(Path.of("/etc/ssl/servers.pem"));
        assertThat(certified.certificate()).contains(Path.of("/etc/ssl/client.pem"));
        assertThat(certified.authorities()).contains(Path.of("/etc/ssl/ca.pem"));
    }
}
