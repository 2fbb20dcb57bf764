package dev.regent.testkit.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A child process that writes to a file; it also ends when this process does. */
final class LocalProcess implements ServerProcess {
    private static final long STOPS_WITHIN_SECONDS = 15;
    private static final long SIGNALS_WITHIN_SECONDS = 10;
    private static final int LAST_LINES = 15;

    private final List<String> command;
    private final Path folder;
    private final Path output;
    private final Thread atExit = new Thread(this::destroyForcibly, "end-server");
    private Optional<Process> process = Optional.empty();

    LocalProcess(List<String> command, Path folder) {
        this.command = List.copyOf(command);
        this.folder = folder;
        this.output = folder.resolve("output.log");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    @Override
    public synchronized void start() throws IOException {
        if (isAlive()) {
            return;
        }
        process = Optional.of(new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start());
    }

    @Override
    public void stop() throws InterruptedException {
        process.ifPresent(Process::destroy);
        if (process.isPresent() && !process.get().waitFor(STOPS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            kill();
        }
    }

    @Override
    public void kill() throws InterruptedException {
        destroyForcibly();
        if (process.isPresent()) {
            process.get().waitFor();
        }
    }

    @Override
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    @Override
    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        String pid = Long.toString(process.orElseThrow(() -> new IllegalStateException("the server was never started"))
                .pid());
        Process kill = new ProcessBuilder("kill", "-" + name, pid).inheritIO().start();
        if (!kill.waitFor(SIGNALS_WITHIN_SECONDS, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IOException(
                    "expected to send SIG" + name + " to process " + pid + ", which may have ended:\n" + lastOutput());
        }
    }

    @Override
    public boolean isAlive() {
        return process.filter(Process::isAlive).isPresent();
    }

    @Override
    public String lastOutput() {
        try {
            // Latin-1 takes any byte, and the output of a killed server may end anywhere.
            List<String> lines = Files.readAllLines(output, StandardCharsets.ISO_8859_1);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException unreadable) {
            return "(no output)";
        }
    }

    @Override
    public void close() {
        destroyForcibly();
        process.ifPresent(ended -> ended.onExit().join());
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException shuttingDown) {
            // It does what close() has just done.
        }
    }

    private synchronized void destroyForcibly() {
        process.ifPresent(parent -> {
            // Collected first: orphans are no descendants any more.
            List<ProcessHandle> children = parent.descendants().toList();
            parent.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        });
    }
}
