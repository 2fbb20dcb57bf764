package dev.regent.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.WatchdogSettings;
import dev.regent.rest.AccessSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgentConfigTest {
    /** A configuration as people have it, with what they write in many forms. */
    private static final String PATRONIS = """
            scope: batman
            namespace: /db/
            name: postgresql0
            restapi:
              listen: 127.0.0.1:8008
              connect_address: 10.0.0.1:8008
              authentication: {username: admin, password: secret}
            etcd3:
              hosts: [10.0.0.1:2379, 10.0.0.2:2379]
            bootstrap:
              dcs:
                ttl: 20
                loop_wait: 5
                retry_timeout: 5
                postgresql: {use_pg_rewind: true, parameters: {max_connections: 200}}
              initdb:
                - encoding: UTF8
                - data-checksums
              pg_hba:
                - host replication replicator 10.0.0.0/8 scram-sha-256
            postgresql:
              listen: 127.0.0.1,10.0.0.1:5433
              connect_address: 10.0.0.1:5433
              data_dir: data/postgresql0
              bin_dir: /usr/lib/postgresql/15/bin
              pgpass: /tmp/pgpass0
              authentication:
                superuser: {username: postgres, password: zalando}
                replication: {username: replicator, password: rep-pass, sslmode: require, nonsense: x}
                rewind: {username: rewind_user, password: rewind_password}
              parameters:
                unix_socket_directories: '..'
                fsync: off
                shared_buffers: 128MB
                work_mem: 4096
              recovery_conf: {restore_command: 'cp /archive/%f %p'}
            watchdog: {mode: off}
            tags: {nofailover: false, noloadbalance: false, clonefrom: false, region: eu-1, rack: 7}
            log: {level: WARNING}
            """;

    @Test
    void whatPatroniReadsIsRead() {
        AgentConfig config = read(PATRONIS);

        assertThat(config.scope()).isEqualTo("batman");
        assertThat(config.name().value()).isEqualTo("postgresql0");
        assertThat(config.apiUrl()).isEqualTo("http://10.0.0.1:8008/patroni");
        assertThat(config.connUrl()).isEqualTo("postgres://10.0.0.1:5433/postgres");
        assertThat(config.store().name()).isEqualTo("etcd3");
        assertThat(config.store().namespace()).isEqualTo("db");
        assertThat(config.restApi().listen()).isEqualTo(new Address("127.0.0.1", 8008));
        assertThat(config.restApi().settings().access().login()).contains(new AccessSettings.Login("admin", "secret"));
        assertThat(HaConfig.from(config.newClusterConfig()).ttl()).hasSeconds(20);
        assertThat(config.bootstrap().initdb()).containsExactly("--encoding=UTF8", "--data-checksums");
        assertThat(config.bootstrap().pgHba()).hasSize(1);
        assertThat(config.watchdog().settings()).isEmpty();
        assertThat(config.tags().values()).containsEntry("region", "eu-1").containsEntry("rack", 7);
        assertThat(config.log().level()).isEqualTo("WARNING");
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void theServerIsDescribedAsPostgresqlReadsIt() {
        PostgresqlSection server = read(PATRONIS).postgresql();

        assertThat(server.hosts()).isEqualTo("127.0.0.1,10.0.0.1");
        assertThat(server.port()).isEqualTo(5433);
        assertThat(server.dataDir()).isEqualTo(Path.of("data/postgresql0"));
        assertThat(server.parameters())
                .containsEntry("fsync", "off")
                .containsEntry("shared_buffers", "128MB")
                .containsEntry("work_mem", "4096");
        assertThat(server.recoveryParameters()).containsEntry("restore_command", "cp /archive/%f %p");
        assertThat(server.replication().options()).isEqualTo(Map.of("sslmode", "require"));
        assertThat(server.rewind().orElseThrow().username()).isEqualTo("rewind_user");
        assertThat(server.usePgRewind()).isFalse();
    }

    @Test
    void noPasswordIsPrinted() {
        assertThat(read(PATRONIS).toString()).doesNotContain("secret", "zalando", "rep-pass", "rewind_password");
    }

    @Test
    void whatIsNotSaidHasTheDefaultsOfPatroni() {
        AgentConfig config = read("""
                scope: demo
                name: node1
                restapi: {listen: 10.0.0.1:8008}
                consul: {}
                postgresql: {listen: 10.0.0.1, data_dir: /data, authentication: {replication: {username: r}}}
                """);

        assertThat(config.store().namespace()).isEqualTo("service");
        assertThat(config.restApi().advertised()).isEqualTo(new Address("10.0.0.1", 8008));
        assertThat(config.postgresql().advertised()).isEqualTo(new Address("10.0.0.1", 5432));
        assertThat(config.postgresql().superuser().username()).isEqualTo("postgres");
        assertThat(config.watchdog())
                .isEqualTo(new WatchdogSection(
                        Optional.of(WatchdogSettings.AUTOMATIC), "default", Path.of("/dev/watchdog")));
        assertThat(config.log().level()).isEqualTo("INFO");
    }

    @Test
    void aWatchdogDeviceIsDescribed() {
        WatchdogSection watchdog = read(PATRONIS.replace(
                        "watchdog: {mode: off}",
                        "watchdog: {mode: required, driver: testing, device: /tmp/pipe, safety_margin: -1}"))
                .watchdog();

        assertThat(watchdog.settings())
                .contains(new WatchdogSettings(WatchdogSettings.Mode.REQUIRED, Optional.empty()));
        assertThat(watchdog.open().name()).isEqualTo("/tmp/pipe");
    }

    @Test
    void theEnvironmentWinsOverTheFile() {
        Map<String, String> environment = Map.of(
                "PATRONI_NAME", "node7",
                "PATRONI_ETCD3_HOSTS", "a:1,b:2",
                "PATRONI_RESTAPI_CONNECT_ADDRESS", "10.0.0.7:8008",
                "PATRONI_REPLICATION_PASSWORD", "other",
                "PATRONI_POSTGRESQL_DATA_DIR", "/elsewhere",
                "PATRONI_LOGLEVEL", "DEBUG",
                "PATRONI_UNHEARD", "of",
                "PATH", "/bin");

        AgentConfig config = read(PATRONIS, environment);

        assertThat(config.name().value()).isEqualTo("node7");
        assertThat(config.scope()).isEqualTo("batman");
        assertThat(config.store().section().values()).containsEntry("hosts", List.of("a:1", "b:2"));
        assertThat(config.apiUrl()).contains("10.0.0.7");
        assertThat(config.postgresql().replication().password()).contains("other");
        assertThat(config.postgresql().dataDir()).isEqualTo(Path.of("/elsewhere"));
        assertThat(config.log().level()).isEqualTo("DEBUG");
    }

    @Test
    void aVariableMayHoldTheWholeConfiguration() {
        AgentConfig config = AgentConfig.of(ConfigFile.read(
                Optional.empty(), Map.of("PATRONI_CONFIGURATION", PATRONIS, "PATRONI_NAME", "ignored")));

        assertThat(config.name().value()).isEqualTo("postgresql0");
    }

    @Test
    void keysWithoutEffectAreNamedOnceAndUnknownOnesWithWhatWasMeant() {
        AgentConfig config = read(PATRONIS.replace("  pgpass:", "  paramters: {a: 1}\n  pgpass:")
                + "citus: {group: 0, database: x}\ntypo: 1\n");

        assertThat(config.warnings())
                .containsExactly(
                        "test.yml, line 26: unknown key postgresql.paramters has no effect: did you mean postgresql.parameters?",
                        "test.yml, line 42: unknown key typo has no effect",
                        "test.yml: without effect, because Regent does not support it yet: citus.database, citus.group");
    }

    @Test
    void anAddressThatNobodyCanReachIsWarnedOf() {
        AgentConfig config = read(PATRONIS.replace("  connect_address: 10.0.0.1:8008\n", "")
                .replace("listen: 127.0.0.1:8008", "listen: 0.0.0.0:8008"));

        assertThat(config.warnings())
                .singleElement()
                .asString()
                .contains("0.0.0.0:8008", "set restapi.connect_address");
    }

    @Test
    void everyKeyThatPatroniHasIsKnown() throws IOException {
        try (InputStream keys = AgentConfigTest.class.getResourceAsStream("patroni-keys.txt")) {
            String text = new String(keys.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text.lines().filter(key -> !KnownKeys.isKnown(key))).isEmpty();
        }
    }

    @Test
    void yamlIsReadAsPatroniReadsIt() {
        Map<String, Object> values = ConfigFile.parse("test.yml", """
                base: &base {a: 1, b: 2}
                merged: {<<: *base, b: 3}
                flags: {on: yes, off: no}
                octal: 0600
                date: 2031-01-05
                twice: 1
                twice: 2
                """);

        assertThat(values)
                .containsEntry("merged", Map.of("a", 1, "b", 3))
                .containsEntry("flags", Map.of(true, true, false, false))
                .containsEntry("octal", 384)
                .containsEntry("date", "2031-01-05")
                .containsEntry("twice", 2);
    }

    static AgentConfig read(String yaml) {
        return read(yaml, Map.of());
    }

    private static AgentConfig read(String yaml, Map<String, String> environment) {
        Document document = ConfigFile.document("test.yml", yaml);
        document.lay(Environment.settings(environment));
        return AgentConfig.of(ConfigFile.section("test.yml", document));
    }
}
