package dev.regent.agent.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.agent.config.AgentConfig;
import dev.regent.agent.config.ConfigFile;
import dev.regent.agent.config.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a configuration looks like that is made for a person to fill in. */
class SampleConfigTest {
    @TempDir
    private Path folder;

    @Test
    void filledInItIsAConfigurationThatAnAgentStartsWithAndThatPasses() throws IOException {
        program("postgres", "echo 'postgres (PostgreSQL) 16.2'");
        for (String program : List.of("pg_ctl", "initdb", "pg_controldata", "pg_basebackup", "pg_isready")) {
            program(program, "true");
        }
        Map<String, String> environment = Map.of(
                "PATRONI_POSTGRESQL_BIN_DIR", folder.toString(),
                "PATRONI_ETCD3_URL", "http://10.0.0.9:2379",
                "PATRONI_SCOPE", "demo",
                "PATRONI_RESTAPI_LISTEN", "127.0.0.1:1",
                "PATRONI_RESTAPI_CONNECT_ADDRESS", "10.0.0.1:8008",
                "PATRONI_POSTGRESQL_LISTEN", "127.0.0.1:2",
                "PATRONI_POSTGRESQL_CONNECT_ADDRESS", "10.0.0.1:5432",
                "PATRONI_POSTGRESQL_DATA_DIR", folder.resolve("data").toString());

        String text = SampleConfig.of(environment).text();

        assertThat(text)
                .startsWith("scope: demo\nname: ")
                .contains(
                        "\n\nlog:\n  format: ",
                        "  dcs:\n    loop_wait: 10\n    retry_timeout: 10\n    ttl: 30\n    maximum_lag_on_failover: ",
                        "wal_keep_size: 128MB",
                        "    rewind:\n      password: '" + SampleConfig.FIX_ME + "'\n      username: rewind_user",
                        "  - host replication replicator all scram-sha-256")
                .doesNotEndWith("\n");
        Path file = Files.writeString(folder.resolve("sample.yml"), text);
        var root = ConfigFile.read(Optional.of(file), Map.of());
        assertThat(AgentConfig.of(root).warnings()).isEmpty();
        assertThat(Validation.problems(root, true)).isEmpty();
    }

    @Test
    void withoutPostgresqlThatIsSaid() {
        assertThatThrownBy(() -> SampleConfig.of(Map.of("PATRONI_POSTGRESQL_BIN_DIR", "/nowhere")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Failed to get postgres version: expected the program postgres in /nowhere");
    }

    @Test
    void aDsnIsReadAsLibpqReadsIt() throws IOException {
        LibpqDsn pairs = LibpqDsn.parse("host=db port = 5433 user='a b' password='it\\'s' sslmode=require", Map.of());
        assertThat(pairs.jdbcUrl()).isEqualTo("jdbc:postgresql://db:5433/postgres");
        assertThat(pairs.user()).isEqualTo("a b");
        assertThat(pairs.password()).contains("it's");
        assertThat(pairs.options()).isEqualTo(Map.of("sslmode", "require"));

        LibpqDsn url = LibpqDsn.parse("postgresql://u%40x:p+w@h:1/db?sslmode=prefer", Map.of("PGUSER", "other"));
        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://h:1/db");
        assertThat(url.user()).isEqualTo("u@x");
        assertThat(url.password()).contains("p+w");
        assertThat(LibpqDsn.parse("", Map.of("PGHOST", "e", "PGPORT", "7")).jdbcUrl())
                .isEqualTo("jdbc:postgresql://e:7/postgres");
        assertThatThrownBy(() -> LibpqDsn.parse("host=a nonsense", Map.of())).hasMessage("Failed to parse DSN string");
    }

    private void program(String name, String line) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + line + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
