package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.spi.StopMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How real servers let us in: by certificates in the place of passwords, and by passwords that change meanwhile. */
class LoginIT {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static OpensslCertificates certificates;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = OpensslCertificates.create();
    }

    @AfterAll
    static void deleteCertificates() {
        certificates.close();
    }

    @Test
    void aMemberIsCopiedStreamsAndIsRewoundByCertificatesWithoutAnyPassword() throws Exception {
        try (RealServer former = RealServer.withData("node-a", LoginIT::withCertificates);
                RealServer promoted = RealServer.create("node-b", LoginIT::withCertificates)) {
            former.database().startPrimary();
            former.database().changeSlots(SlotChanges.creating("node_b"));
            promoted.database().cloneFrom(former.asUpstream());
            promoted.database().startStandby(Optional.of(former.asUpstream()));
            awaitStreaming(promoted);

            assertThat(former.ask("SELECT client_dn FROM pg_stat_ssl JOIN pg_stat_replication USING (pid)"))
                    .isEqualTo("/CN=replicator");
            assertThat(filesOf(promoted, OpensslCertificates.KEY_PASSWORD)).isEmpty();
            assertThat(promoted.settings().pgpass()).doesNotExist();

            promoted.database().stop(StopMode.FAST);
            former.insert("never replicated");
            former.kill();
            promoted.database().startStandby(Optional.empty());
            promoted.database().promote();
            promoted.database().changeSlots(SlotChanges.creating("node_a"));
            promoted.insert("new");
            promoted.execute("CHECKPOINT");

            former.database().rewindTo(promoted.asUpstream());

            former.database().startStandby(Optional.of(promoted.asUpstream()));
            awaitStreaming(former);
            RealServer.await("the new row", () -> former.rows().equals(List.of("new")));
            assertThat(promoted.ask("SELECT client_dn FROM pg_stat_ssl JOIN pg_stat_replication USING (pid)"))
                    .isEqualTo("/CN=replicator");
        }
    }

    @Test
    void aServerIsTrustedAsTheOptionsSay() throws Exception {
        try (RealServer server = RealServer.withData("node-a", LoginIT::withCertificates)) {
            server.database().startPrimary();
            Map<String, String> trusting = certificates.trusting();
            Map<String, String> revoked = certificates.trusting();
            revoked.put("sslcrl", certificates.revocationList(true).toString());
            Map<String, String> stranger = certificates.trusting();
            stranger.put("sslrootcert", certificates.certificate("rewinder").toString());
            stranger.put("sslmode", "verify-ca");

            connect(server, trusting).close();
            connect(server, Map.of("sslmode", "require", "channel_binding", "require"))
                    .close();
            assertThatThrownBy(() -> connect(server, revoked)).hasStackTraceContaining("revoked");
            assertThatThrownBy(() -> connect(server, stranger)).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> connect(server, Map.of("sslmode", "disable")))
                    .hasMessageContaining("no encryption");
        }
        try (RealServer server = RealServer.withData(
                "node-b",
                settings -> withCertificates(settings)
                        .parameter(
                                "ssl_cert_file",
                                certificates.certificate("elsewhere").toString())
                        .parameter("ssl_key_file", certificates.key("elsewhere").toString())
                        .superuser(Credentials.of("postgres", RealServer.PASSWORD)))) {
            server.database().startPrimary();
            Map<String, String> authority = certificates.trusting();
            authority.put("sslmode", "verify-ca");

            connect(server, authority).close();
            assertThatThrownBy(() -> connect(server, certificates.trusting())).hasMessageContaining("127.0.0.1");
        }
    }

    @Test
    void passwordsChangeWhileReplicationGoesOnWithoutARestart() throws Exception {
        AtomicReference<String> password = new AtomicReference<>(RealServer.PASSWORD);
        UnaryOperator<PostgresSettings.Builder> changing =
                settings -> settings.superuser(Credentials.of("postgres", password::get))
                        .replication(Credentials.of("replicator", password::get))
                        .rewind(Credentials.of("rewinder", password::get));
        try (RealServer primary = RealServer.withData("node-a", changing);
                RealServer standby = RealServer.create("node-b", changing);
                RealServer later = RealServer.create("node-c", changing)) {
            primary.database().startPrimary();
            primary.database().changeSlots(SlotChanges.creating("node_b"));
            standby.database().cloneFrom(primary.asUpstream());
            standby.database().startStandby(Optional.of(primary.asUpstream()));
            awaitStreaming(standby);
            String started = standby.ask("SELECT pg_postmaster_start_time()");
            Login login = new Login(primary.settings());
            login.elsewhere(primary.asUpstream(), LIMIT).close();

            password.set("a new one: \\ '");
            login.elsewhere(primary.asUpstream(), LIMIT).close();
            RealServer.await("the new password in the standby's file", () -> {
                standby.database().status();
                return Files.readString(standby.settings().pgpass()).contains("a new one\\: \\\\ '");
            });
            primary.execute("ALTER ROLE replicator PASSWORD 'a new one: \\ '''");
            primary.execute("ALTER ROLE rewinder PASSWORD 'a new one: \\ '''");
            primary.execute("ALTER ROLE postgres PASSWORD 'a new one: \\ '''");

            RealServer.await(
                    "the end of the standby's connection",
                    () -> ask(
                                    primary,
                                    password.get(),
                                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_replication")
                            .equals("1"));
            RealServer.await(
                    "another connection of the standby",
                    () -> ask(
                                    primary,
                                    password.get(),
                                    "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")
                            .equals("1"));
            awaitStreaming(standby);
            RealServer.await(
                    "the new password on the standby",
                    () -> ask(standby, password.get(), "SELECT pg_postmaster_start_time()")
                            .equals(started));
            login.elsewhere(primary.asUpstream(), LIMIT).close();
            login.forRewind(primary.asUpstream(), LIMIT).close();
            later.database().cloneFrom(primary.asUpstream());
            assertThat(later.database().status().state()).isEqualTo(ServerState.STOPPED);
        }
    }

    private static PostgresSettings.Builder withCertificates(PostgresSettings.Builder settings) {
        Map<String, String> replicator = certificates.showing("replicator");
        replicator.put("sslpassword", OpensslCertificates.KEY_PASSWORD);
        Map<String, String> superuser = certificates.trusting();
        superuser.put("channel_binding", "require");
        RoleOverlay access = new RoleOverlay(
                Map.of(),
                Optional.of(List.of(
                        "hostssl replication replicator 127.0.0.1/32 cert clientcert=verify-full",
                        "hostssl all rewinder 127.0.0.1/32 cert clientcert=verify-full",
                        "hostssl all postgres 127.0.0.1/32 scram-sha-256")),
                Optional.empty());
        return settings.superuser(
                        Credentials.of("postgres", RealServer.PASSWORD).withOptions(superuser))
                .replication(Credentials.withoutPassword("replicator").withOptions(replicator))
                .rewind(Credentials.withoutPassword("rewinder").withOptions(certificates.showing("rewinder")))
                .parameter("ssl", "on")
                .parameter("ssl_ca_file", certificates.certificate("ca").toString())
                .parameter("ssl_cert_file", certificates.certificate("server").toString())
                .parameter("ssl_key_file", certificates.key("server").toString())
                .overlay(ServerRole.PRIMARY, access)
                .overlay(ServerRole.REPLICA, access);
    }

    private static Connection connect(RealServer server, Map<String, String> options) throws SQLException {
        PostgresSettings settings = PostgresSettings.of(server.name(), "test", server.dataDir())
                .binDir(server.settings().binDir())
                .superuser(Credentials.of("postgres", RealServer.PASSWORD).withOptions(options))
                .build();
        return new Login(settings).elsewhere(server.asUpstream(), LIMIT);
    }

    private static String ask(RealServer server, String password, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                "jdbc:postgresql://" + server.address() + "/postgres", "postgres", password)) {
            return Reload.value(connection, query);
        }
    }

    private static void awaitStreaming(RealServer standby) throws Exception {
        RealServer.await(
                standby.name() + " streams", () -> standby.database().status().streaming());
    }

    private static List<Path> filesOf(RealServer server, String text) throws Exception {
        try (Stream<Path> files = Files.walk(server.dataDir().getParent())) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> contains(file, text))
                    .toList();
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (java.io.IOException gone) {
            return false;
        }
    }
}
