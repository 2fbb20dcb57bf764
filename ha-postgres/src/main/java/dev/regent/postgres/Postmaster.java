package dev.regent.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** One running server's first process: a child of this one, or found when this process began. Thread-safe. */
final class Postmaster {
    /** What a server is told by a signal. */
    enum Signal {
        /** Read the configuration again. */
        HUP,
        /** Disconnect clients and shut down. */
        INT,
        /** End at once, without a shutdown checkpoint. */
        QUIT
    }

    private static final Poll EXIT_OF_A_STRANGER = Poll.every(Duration.ofMillis(10));

    private final ProcessHandle handle;
    private final Optional<Process> child;

    private Postmaster(ProcessHandle handle, Optional<Process> child) {
        this.handle = handle;
        this.child = child;
    }

    static Postmaster ofChild(Process process) {
        return new Postmaster(process.toHandle(), Optional.of(process));
    }

    static Postmaster found(ProcessHandle handle) {
        return new Postmaster(handle, Optional.empty());
    }

    long pid() {
        return handle.pid();
    }

    boolean isAlive() {
        return handle.isAlive() && !isZombie();
    }

    void awaitExit() throws InterruptedException {
        if (child.isPresent()) {
            child.get().waitFor();
        } else {
            EXIT_OF_A_STRANGER.until(() -> !isAlive());
        }
    }

    /** False when it has not ended after that time. */
    boolean awaitExit(Duration atMost) throws InterruptedException {
        return child.isPresent()
                ? child.get().waitFor(atMost.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
                : EXIT_OF_A_STRANGER.until(atMost, () -> !isAlive());
    }

    void kill() {
        handle.destroyForcibly();
    }

    /** A server that has ended in the meantime is none of our business. */
    void signal(Signal signal) throws IOException, InterruptedException {
        if (isAlive()) {
            send(signal, pid());
        }
    }

    /** Java sends but two signals by itself. */
    static void send(Signal signal, long pid) throws IOException, InterruptedException {
        OwnEnvironment.hiddenFrom(new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " " + pid))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** A dead stranger stays visible until its new parent takes notice, which in some containers nobody does. */
    private boolean isZombie() {
        if (child.isPresent()) {
            return false;
        }
        try {
            String stat = new String(
                    Files.readAllBytes(Path.of("/proc", Long.toString(pid()), "stat")), StandardCharsets.ISO_8859_1);
            return stat.startsWith(" Z", stat.lastIndexOf(')') + 1);
        } catch (IOException noProc) {
            return false;
        }
    }
}
