package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Upstream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a standby of each version of PostgreSQL is configured with, compared with a file for each; what was generated is
 * written to {@code target/generated-config} to be reviewed and copied.
 */
class GeneratedConfigTest {
    private static final DynamicConfig CLUSTER = DynamicConfig.of(Map.of(
            "postgresql",
            Map.of(
                    "parameters",
                    Map.of(
                            "MAX_connections", 200,
                            "max_wal_senders", 1,
                            "wal_level", "hot_standby",
                            "wal_keep_segments", 64,
                            "log_line_prefix", "%m user='%u' \\",
                            "restore_command", "get %f %p",
                            "hot_standby", "off"),
                    "parameters_replica",
                    Map.of("work_mem", "8MB"),
                    "recovery_conf",
                    Map.of(
                            "archive_cleanup_command", "clean %r",
                            "promote_trigger_file", "/tmp/promote",
                            "recovery_target_time", "never",
                            "primary_conninfo", "host=elsewhere"))));

    @ParameterizedTest
    @ValueSource(ints = {12, 13, 14, 15, 16, 17, 18})
    void theConfigurationIsThatOfTheVersion(int version) throws IOException {
        PostgresSettings settings = PostgresSettings.of(NodeName.of("node1"), "orders", Path.of("/srv/pg/orders"))
                .binDir(Path.of("/usr/lib/postgresql/bin"))
                .listen("10.0.0.1", 5432)
                .replication(Credentials.of("rep", "secret").withOptions(Map.of("sslmode", "require")))
                .krbsrvname("pg")
                .parameter("max_connections", "7")
                .parameter("work_mem", "4MB")
                .build();
        EffectiveConfig effective = new EffectiveConfig(settings, ClusterConfig.from(CLUSTER), ServerRole.REPLICA);
        Map<String, String> controlled =
                ControlledParameters.of(settings, version, effective.cluster().parameters());
        Map<String, String> parameters = new TreeMap<>(effective.ordinaryParameters());
        parameters.putAll(controlled);
        ConnectionString upstream = ConnectionString.primaryConninfo(
                version,
                new Upstream(NodeName.of("node2"), new Address("10.0.0.2", 5432)),
                "postgres",
                settings.replicationLogin(),
                Optional.of(Path.of("/home/pg/my pass")),
                "node1",
                false);
        Map<String, String> recovery = RecoveryParameters.of(
                effective.recoveryParameters(), version, Optional.of(upstream), Optional.of("node1"));
        StringBuilder text = new StringBuilder(ConfText.render("postgresql.base.conf", parameters, Map.of(), recovery));
        text.append("\n# command line\n");
        controlled.forEach((name, value) -> {
            if (ControlledParameters.isOnCommandLine(name)) {
                text.append("--").append(name).append('=').append(value).append('\n');
            }
        });

        assertThat(text.toString()).isEqualTo(golden("postgresql-" + version + ".conf", text.toString()));
    }

    private static String golden(String name, String generated) throws IOException {
        Path copy = Path.of("target", "generated-config", name);
        Files.createDirectories(Path.of("target", "generated-config"));
        Files.writeString(copy, generated);
        try (InputStream in = GeneratedConfigTest.class.getResourceAsStream("config/" + name)) {
            assertThat(in).as("the resource config/" + name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
