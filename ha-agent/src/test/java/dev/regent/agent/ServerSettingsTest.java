package dev.regent.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.agent.config.AgentConfig;
import dev.regent.agent.config.ConfigFile;
import dev.regent.postgres.BootstrapMethod;
import dev.regent.postgres.PostgresSettings;
import dev.regent.postgres.ReplicaMethod;
import dev.regent.postgres.RoleOverlay;
import dev.regent.postgres.ServerRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerSettingsTest {
    private static final String EVERYTHING = """
            scope: orders
            name: node1
            restapi: {listen: 10.0.0.1:8008}
            consul: {}
            bootstrap:
              method: nightly
              nightly:
                command: /opt/tools/restore.sh --profile "blue green"
                bucket: s3://pg-nightly
                no_params: true
                keep_existing_recovery_conf: false
                recovery_conf: {recovery_target_action: promote, restore_command: /opt/tools/getwal %f %p}
              post_init: /opt/tools/post.sh
              initdb: [data-checksums, {encoding: UTF8}, {locale: '"C"'}]
            postgresql:
              listen: 10.0.0.1
              proxy_address: 10.0.0.9:6432
              data_dir: /srv/pg/orders
              config_dir: /etc/pg/orders
              config_base_name: main
              bin_dir: /usr/lib/postgresql/15/bin
              bin_name: {pg_basebackup: pg_basebackup.15}
              pg_ctl_timeout: 90
              krbsrvname: pg
              use_unix_socket_repl: true
              create_replica_methods: [pgbackrest, basebackup]
              pgbackrest: {command: pgbackrest --stanza=orders --delta restore, keep_data: true, no_params: true}
              basebackup: [verbose, max-rate: 100M]
              authentication: {replication: {username: rep}}
              parameters_primary: {work_mem: 8MB}
              pg_hba_replica: [local all all trust]
              pg_ident_standby_leader: [map user postgres]
            """;

    @TempDir
    private Path folder;

    @Test
    void aPasswordMayStandInAFileOfItsOwn() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "secret\n");

        assertThat(ServerSettings.of(withReplication("password_file: " + password))
                        .replication()
                        .toString())
                .isEqualTo("Credentials[rep]");
        read(EVERYTHING);
        assertThat(AgentConfig.of(ConfigFile.read(
                                Optional.of(folder.resolve("regent.yml")),
                                Map.of("REGENT_REPLICATION_PASSWORD_FILE", password.toString())))
                        .postgresql()
                        .replication()
                        .passwordFile())
                .contains(password);
        assertThatThrownBy(() -> ServerSettings.of(withReplication("password_file: " + folder.resolve("missing"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("password_file")
                .hasMessageContaining("missing");
        assertThatThrownBy(() -> withReplication("password: other, password_file: " + password))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one of password and password_file");
    }

    private AgentConfig withReplication(String keys) throws IOException {
        return read(EVERYTHING.replace("replication: {username: rep}", "replication: {username: rep, " + keys + "}"));
    }

    @Test
    void whatTheConfigurationSaysOfTheServerReachesIt() throws IOException {
        AgentConfig config = read(EVERYTHING.replace("data_dir: /srv", "os_user: nobody\n  data_dir: /srv"));
        PostgresSettings settings = ServerSettings.of(config);

        assertThat(config.warnings()).allMatch(warning -> warning.contains("standby_leader"));
        assertThat(config.proxyUrl()).contains("postgres://10.0.0.9:6432/postgres");
        assertThat(settings.configDir()).isEqualTo(Path.of("/etc/pg/orders"));
        assertThat(settings.configBaseName()).isEqualTo("main");
        assertThat(settings.programNames()).isEqualTo(Map.of("pg_basebackup", "pg_basebackup.15"));
        assertThat(settings.startPatience()).contains(Duration.ofSeconds(90));
        assertThat(settings.krbsrvname()).contains("pg");
        assertThat(settings.initdbOptions()).containsExactly("--data-checksums", "--encoding=UTF8", "--locale=C");
        assertThat(settings.basebackupOptions()).containsExactly("--verbose", "--max-rate=100M");
        assertThat(settings.postBootstrap()).contains("/opt/tools/post.sh");
        assertThat(settings.bootstrapMethod())
                .contains(new BootstrapMethod(
                        "nightly",
                        "/opt/tools/restore.sh --profile \"blue green\"",
                        Map.of("bucket", "s3://pg-nightly"),
                        true,
                        false,
                        Optional.of(Map.of(
                                "recovery_target_action", "promote", "restore_command", "/opt/tools/getwal %f %p"))));
        assertThat(settings.replicaMethods())
                .containsExactly(
                        new ReplicaMethod(
                                "pgbackrest",
                                Optional.of("pgbackrest --stanza=orders --delta restore"),
                                Map.of("keep_data", "True", "no_params", "True")),
                        ReplicaMethod.BASEBACKUP);
        assertThat(settings.overlays().get(ServerRole.PRIMARY))
                .isEqualTo(new RoleOverlay(Map.of("work_mem", "8MB"), Optional.empty(), Optional.empty()));
        assertThat(settings.overlays().get(ServerRole.REPLICA).pgHba()).contains(List.of("local all all trust"));
        assertThat(settings.overlays().get(ServerRole.STANDBY_LEADER).pgIdent()).contains(List.of("map user postgres"));
    }

    @Test
    void whatCannotHaveAnEffectIsWarnedOf() throws IOException {
        assertThat(read(EVERYTHING
                                .replace("command: /opt/tools/restore.sh", "comand: x")
                                .replace("post_init:", "users: {admin: {password: x}}\n  post_init:"))
                        .warnings())
                .anyMatch(warning -> warning.contains("bootstrap.nightly.command"))
                .anyMatch(warning -> warning.contains("bootstrap.users"));
    }

    private AgentConfig read(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("regent.yml"), yaml);
        return AgentConfig.of(ConfigFile.read(Optional.of(file), Map.of()));
    }
}
