package dev.regent.postgres;

import dev.regent.ha.spi.Watchdog;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small process of its own that kills the server when this one does not say in time that it may live on, because it
 * hangs, is paused, or is dead. It outlives this process, and ends when there is nothing left to guard. One that an earlier
 * process has left behind goes on guarding until this one takes over. Needs Linux and bash. Thread-safe.
 */
public final class Guardian implements Watchdog {
    private static final Logger LOG = LoggerFactory.getLogger(Guardian.class);

    private static final Path UPTIME = Path.of("/proc/uptime");
    private static final String SCRIPT = script();
    private static final long MILLIS_PER_TICK = 10;
    private static final String FOR_EVER = "-";

    private final Path dataDir;
    private final Guardians guardians;
    private @Nullable Process process;
    private boolean alone;

    /** Starts a guardian, not armed, so that a system on which it cannot work is known from the beginning. */
    public Guardian(PostgresSettings settings) {
        this.dataDir = settings.dataDir();
        this.guardians = new Guardians(dataDir);
        try {
            now();
            process = start();
        } catch (IOException unsupported) {
            throw new IllegalArgumentException(
                    "expected /proc, setsid and bash, which guarding the server from outside needs, found: "
                            + unsupported.getMessage() + ": install them or run without a guardian",
                    unsupported);
        }
    }

    @Override
    public synchronized boolean allowFor(Duration left) {
        try {
            long deadline = now() + left.toMillis() / MILLIS_PER_TICK;
            tell(Long.toString(deadline));
        } catch (IOException failed) {
            throw new UncheckedIOException("the server's guardian cannot be told that it may live on", failed);
        }
        becomeTheOnlyOne();
        return true;
    }

    @Override
    public synchronized void disarm() {
        try {
            tell(FOR_EVER);
        } catch (IOException failed) {
            throw new UncheckedIOException("the server's guardian cannot be disarmed", failed);
        }
        becomeTheOnlyOne();
    }

    /** What was last said stays in force. */
    @Override
    public synchronized void close() {
        Process last = process;
        process = null;
        if (last != null) {
            try {
                last.getOutputStream().close();
            } catch (IOException gone) {
                // It has ended already
            }
        }
    }

    /** Only now that this one has been told, so that there is a guardian at any time. */
    private void becomeTheOnlyOne() {
        if (!alone) {
            guardians.endThoseOfOthers();
            alone = true;
        }
    }

    private void tell(String word) throws IOException {
        Process present = process;
        if (present != null && present.isAlive()) {
            try {
                write(present, word);
                return;
            } catch (IOException ended) {
                LOG.debug("The guardian ended while it was told something", ended);
            }
        }
        LOG.warn("The server's guardian was not running, another one is started: find out who kills it");
        Process started = start();
        process = started;
        write(started, word);
    }

    private static void write(Process process, String word) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write((word + "\n").getBytes(StandardCharsets.US_ASCII));
        input.flush();
    }

    private Process start() throws IOException {
        return OwnEnvironment.hiddenFrom(
                        new ProcessBuilder(List.of("setsid", "bash", "-c", SCRIPT, Guardians.MARK, dataDir.toString())))
                .directory(new File("/"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The time since the system was booted, in hundredths of a second: a clock that all processes read alike. */
    private static long now() throws IOException {
        String uptime = Files.readString(UPTIME).split(" ", 2)[0];
        return Long.parseLong(uptime.replace(".", ""));
    }

    private static String script() {
        try (InputStream script = Guardian.class.getResourceAsStream("guardian.sh")) {
            if (script == null) {
                throw new IllegalStateException("guardian.sh is missing beside " + Guardian.class);
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
