package dev.regent.agent;

import dev.regent.ha.engine.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how this service is, where systemd has asked for it; elsewhere it does nothing. By the program that systemd
 * brings along: its socket takes datagrams, which Java has none of for sockets of files. Thread-safe.
 */
final class SystemdNotice {
    private static final Logger LOG = LoggerFactory.getLogger(SystemdNotice.class);
    private static final String SOCKET = "NOTIFY_SOCKET";
    private static final String WATCHDOG = "WATCHDOG_USEC";
    private static final String WATCHED = "WATCHDOG_PID";
    private static final String PROGRAM = "systemd-notify";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String socket;
    private final Optional<Duration> watchdog;
    private final AtomicBoolean complained = new AtomicBoolean();

    SystemdNotice(Map<String, String> environment) {
        this.socket = environment.getOrDefault(SOCKET, "");
        String own = String.valueOf(ProcessHandle.current().pid());
        this.watchdog = Optional.of(environment.getOrDefault(WATCHDOG, ""))
                .filter(text -> text.matches("[1-9][0-9]{0,15}"))
                .filter(text -> environment.getOrDefault(WATCHED, own).equals(own))
                .map(text -> Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(Long.parseLong(text))));
    }

    /** After how long a silence systemd takes this process for hung; absent when it does not. */
    Optional<Duration> watchdog() {
        return socket.isEmpty() ? Optional.empty() : watchdog;
    }

    void ready() {
        tell("READY=1");
    }

    void reloading() {
        long micros = TimeUnit.NANOSECONDS.toMicros(Ticker.system().read().toNanos());
        tell("RELOADING=1", "MONOTONIC_USEC=" + micros);
    }

    void stopping() {
        tell("STOPPING=1");
    }

    void alive() {
        tell("WATCHDOG=1");
    }

    private void tell(String... states) {
        if (socket.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of(PROGRAM));
        command.addAll(List.of(states));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().put(SOCKET, socket);
        try {
            Process program = builder.start();
            if (!program.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                program.destroyForcibly();
                complain("it did not end within " + PATIENCE.toSeconds() + " s");
            } else if (program.exitValue() != 0) {
                complain("it ended with code " + program.exitValue());
            }
        } catch (IOException missing) {
            complain(String.valueOf(missing.getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void complain(String why) {
        if (!complained.getAndSet(true)) {
            LOG.warn("systemd could not be told how this service is, by {}: {}", PROGRAM, why);
        }
    }
}
