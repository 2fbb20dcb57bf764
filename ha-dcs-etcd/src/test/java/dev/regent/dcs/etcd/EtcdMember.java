package dev.regent.dcs.etcd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One etcd process of a test. Not thread-safe. */
final class EtcdMember {
    private static final Duration LONGEST_START = Duration.ofSeconds(30);

    private final String name;
    private final int clientPort;
    private final List<String> command;
    private final Path log;
    private Optional<Process> process = Optional.empty();

    EtcdMember(String name, int clientPort, Path folder, List<String> options) {
        this.name = name;
        this.clientPort = clientPort;
        this.log = folder.resolve(name + ".log");
        this.command = new ArrayList<>(List.of(
                "etcd", "--name", name, "--data-dir", folder.resolve(name).toString()));
        this.command.addAll(options);
    }

    int clientPort() {
        return clientPort;
    }

    void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        process = Optional.of(builder.start());
    }

    void awaitPort() throws IOException, InterruptedException {
        long end = System.nanoTime() + LONGEST_START.toNanos();
        while (!accepts()) {
            if (System.nanoTime() > end || !process.orElseThrow().isAlive()) {
                throw new IOException("expected etcd " + name + " to listen on port " + clientPort + ", see " + log);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort), 100);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    boolean isRunning() {
        return process.filter(Process::isAlive).isPresent();
    }

    void kill() throws InterruptedException {
        if (process.isPresent()) {
            process.get().destroyForcibly().waitFor();
            process = Optional.empty();
        }
    }

    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        if (!isRunning()) {
            return;
        }
        String pid = Long.toString(process.orElseThrow().pid());
        new ProcessBuilder("kill", "-" + signal, pid).inheritIO().start().waitFor();
    }
}
