package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.spi.StopMode;
import dev.regent.testkit.process.OrdinaryUser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The last fence, on real processes. */
class GuardianIT {
    private static final Duration LEFT = Duration.ofMillis(1500);

    /** How late a guardian may be on a busy machine. */
    private static final Duration LATE = Duration.ofSeconds(2);

    private RealServer server;

    @BeforeEach
    void createServer() throws Exception {
        server = RealServer.withData("node-a");
    }

    @AfterEach
    void closeServer() throws Exception {
        server.close();
    }

    @Test
    void aServerWhoseOwnerFallsSilentIsKilledInTimeAndNotBefore() throws Exception {
        server.database().startPrimary();
        try (Guardian guardian = new Guardian(server.settings())) {
            long armed = Poll.now();
            guardian.allowFor(LEFT);

            awaitDeath();

            assertThat(Poll.since(armed)).isBetween(LEFT.minusMillis(100), LEFT.plus(LATE));
        }
    }

    @Test
    void aServerWhoseOwnerSpeaksInTimeLivesOnAndAlsoAfterItHasBeenDisarmed() throws Exception {
        server.database().startPrimary();
        Process bystander = new ProcessBuilder(OrdinaryUser.choose().command(List.of("sleep", "600")))
                .directory(server.dataDir().toFile())
                .start();
        try (Guardian guardian = new Guardian(server.settings())) {
            long start = Poll.now();
            Poll.every(Duration.ofMillis(100)).until(LEFT.multipliedBy(2), () -> {
                guardian.allowFor(LEFT);
                return false;
            });
            assertThat(Poll.since(start)).isGreaterThan(LEFT);
            assertThat(isAlive()).isTrue();

            guardian.disarm();
            assertThat(diesWithin(LEFT.multipliedBy(2))).isFalse();

            guardian.allowFor(Duration.ZERO);
            awaitDeath();
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            bystander.destroyForcibly();
        }
    }

    @Test
    void aWordThatArrivesInPiecesIsUnderstoodAsOne() throws Exception {
        server.database().startPrimary();
        Process guardian = new ProcessBuilder(List.of(
                        "bash",
                        "-c",
                        script(),
                        "regent-guardian-in-test",
                        server.dataDir().toString()))
                .start();
        try (OutputStream words = guardian.getOutputStream()) {
            String inAMinute = Long.toString(uptimeInHundredths() + 6000);
            words.write(inAMinute.substring(0, 2).getBytes(StandardCharsets.US_ASCII));
            words.flush();
            assertThat(diesWithin(LEFT)).isFalse();
            words.write((inAMinute.substring(2) + "\n").getBytes(StandardCharsets.US_ASCII));
            words.flush();

            assertThat(diesWithin(LEFT)).isFalse();
        } finally {
            guardian.destroyForcibly();
        }
    }

    private static String script() throws IOException {
        try (InputStream script = Guardian.class.getResourceAsStream("guardian.sh")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static long uptimeInHundredths() throws IOException {
        String uptime = Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0];
        return Long.parseLong(uptime.replace(".", ""));
    }

    @Test
    void theGuardianOutlivesItsKilledOwnerAndKillsTheServerInTime() throws Exception {
        try (ForkedAgent agent = ForkedAgent.of(server)) {
            agent.tell("start");
            agent.tell("allow " + LEFT.toMillis());
            agent.kill();
            assertThat(isAlive()).isTrue();

            awaitDeath();

            RealServer.await("the guardian ends", () -> guardians().isEmpty());
        }
    }

    @Test
    void anOwnerThatIsPausedLosesItsServerInTime() throws Exception {
        try (ForkedAgent agent = ForkedAgent.of(server)) {
            agent.tell("start");
            agent.tell("allow " + LEFT.toMillis());
            agent.freeze();
            assertThat(isAlive()).isTrue();

            awaitDeath();
        }
    }

    @Test
    void aFrozenServerIsKilledAsWell() throws Exception {
        server.database().startPrimary();
        server.freeze();
        try (Guardian guardian = new Guardian(server.settings())) {
            guardian.allowFor(Duration.ofMillis(100));

            awaitDeath();
        }
    }

    @Test
    void theGuardianThatAKilledOwnerLeftGuardsUntilTheNextOneIsArmed() throws Exception {
        try (ForkedAgent agent = ForkedAgent.of(server)) {
            agent.tell("start");
            agent.tell("allow 60000");
            agent.kill();
        }
        List<ProcessHandle> left = guardians();
        assertThat(left).hasSize(1);

        try (Guardian guardian = new Guardian(server.settings())) {
            assertThat(left.get(0).isAlive()).isTrue();
            guardian.allowFor(Duration.ofSeconds(60));

            RealServer.await("the old guardian ends", () -> !left.get(0).isAlive());
            assertThat(guardians()).hasSize(1);
            assertThat(isAlive()).isTrue();
            guardian.disarm();
        }
        RealServer.await("the guardian ends", () -> guardians().isEmpty());
    }

    @Test
    void stoppingTheServerEndsTheGuardianThatAKilledOwnerLeft() throws Exception {
        try (ForkedAgent agent = ForkedAgent.of(server)) {
            agent.tell("start");
            agent.tell("allow 60000");
            agent.kill();
        }
        server.reopen();

        server.database().stop(StopMode.FAST);

        RealServer.await("the guardian ends", () -> guardians().isEmpty());
    }

    @Test
    void aGuardianThatSomebodyKilledIsReplacedWhenItIsNextTold() throws Exception {
        server.database().startPrimary();
        try (Guardian guardian = new Guardian(server.settings())) {
            guardian.allowFor(Duration.ofSeconds(60));
            ProcessHandle first = guardians().get(0);
            first.destroyForcibly();
            RealServer.await("the guardian ends", () -> !first.isAlive());

            guardian.allowFor(Duration.ZERO);

            awaitDeath();
        }
    }

    private List<ProcessHandle> guardians() {
        return new Guardians(server.dataDir()).living();
    }

    private boolean isAlive() {
        return !server.processes().living().isEmpty();
    }

    private boolean diesWithin(Duration time) throws Exception {
        return Poll.every(Duration.ofMillis(10)).until(time, () -> !isAlive());
    }

    private void awaitDeath() throws Exception {
        assertThat(diesWithin(LEFT.plus(LATE).plusSeconds(5)))
                .as("the server is killed")
                .isTrue();
    }
}
