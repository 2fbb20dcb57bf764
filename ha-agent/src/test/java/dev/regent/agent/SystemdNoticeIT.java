package dev.regent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What arrives at the socket that systemd gives to a service. */
class SystemdNoticeIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String RECEIVER = """
            use Socket; $| = 1;
            socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die; bind($s, sockaddr_un($ARGV[0])) or die;
            while (defined(recv($s, my $b, 65536, 0))) { print "$b\\n"; }
            """;

    @TempDir
    private Path folder;

    @Test
    void systemdHearsOfEachStateInTheOrderOfEvents() throws Exception {
        Path socket = folder.resolve("notify");
        Path heard = folder.resolve("heard");
        Process receiver = new ProcessBuilder("perl", "-e", RECEIVER, socket.toString())
                .redirectOutput(heard.toFile())
                .start();
        try {
            Waiting.until(LIMIT, () -> Files.exists(socket));
            SystemdNotice systemd = new SystemdNotice(
                    Map.of("NOTIFY_SOCKET", socket.toString(), "WATCHDOG_USEC", "3000000", "WATCHDOG_PID", ownPid()));
            assertThat(systemd.watchdog()).contains(Duration.ofSeconds(3));

            systemd.ready();
            systemd.reloading();
            systemd.alive();
            systemd.stopping();

            Waiting.until(LIMIT, () -> text(heard).contains("STOPPING=1"));
            assertThat(text(heard).lines().filter(line -> line.matches("(READY|RELOADING|WATCHDOG|STOPPING|MONO).*")))
                    .satisfiesExactly(
                            line -> assertThat(line).isEqualTo("READY=1"),
                            line -> assertThat(line).isEqualTo("RELOADING=1"),
                            line -> assertThat(line).matches("MONOTONIC_USEC=[0-9]+"),
                            line -> assertThat(line).isEqualTo("WATCHDOG=1"),
                            line -> assertThat(line).isEqualTo("STOPPING=1"));
        } finally {
            receiver.destroyForcibly();
        }
    }

    @Test
    void theSignOfLifeStopsWithTheLoop() throws Exception {
        Path socket = folder.resolve("notify");
        Path heard = folder.resolve("heard");
        Process receiver = new ProcessBuilder("perl", "-e", RECEIVER, socket.toString())
                .redirectOutput(heard.toFile())
                .start();
        try {
            Waiting.until(LIMIT, () -> Files.exists(socket));
            AtomicInteger asked = new AtomicInteger();
            SignOfLife.begin(
                    new SystemdNotice(Map.of("NOTIFY_SOCKET", socket.toString())),
                    Duration.ofMillis(100),
                    () -> asked.incrementAndGet() <= 2);

            Waiting.until(LIMIT, () -> asked.get() > 4);
            assertThat(text(heard).lines().filter("WATCHDOG=1"::equals)).hasSize(2);
        } finally {
            receiver.destroyForcibly();
        }
    }

    @Test
    void elsewhereNothingIsToldAndTheWatchdogOfAnotherProcessIsNotOurs() {
        SystemdNotice nobody = new SystemdNotice(Map.of("WATCHDOG_USEC", "3000000"));
        nobody.ready();

        assertThat(nobody.watchdog()).isEmpty();
        assertThat(new SystemdNotice(Map.of("NOTIFY_SOCKET", "/x", "WATCHDOG_USEC", "3000000", "WATCHDOG_PID", "1"))
                        .watchdog())
                .isEmpty();
    }

    private static String ownPid() {
        return String.valueOf(ProcessHandle.current().pid());
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
