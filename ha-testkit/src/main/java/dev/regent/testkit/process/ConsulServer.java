package dev.regent.testkit.process;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * A Consul agent that is a store by itself and keeps its data in memory: the local {@code consul} where it is installed,
 * else a container. Used by one thread at a time.
 */
public final class ConsulServer implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final int port;
    private final TemporaryFolder folder;
    private final ServerProcess process;

    private ConsulServer() throws IOException {
        this.port = FreePorts.next();
        this.folder = TemporaryFolder.create("regent-consul-");
        List<String> arguments = arguments(port);
        this.process = ServerProgram.CONSUL.in(folder.path(), data -> arguments);
    }

    private static List<String> arguments(int port) throws IOException {
        return List.of(
                "agent",
                "-dev",
                "-node=regent",
                "-client=" + HOST,
                "-bind=" + HOST,
                "-http-port=" + port,
                "-server-port=" + FreePorts.next(),
                "-serf-lan-port=" + FreePorts.next(),
                "-serf-wan-port=" + FreePorts.next(),
                "-grpc-port=-1",
                "-dns-port=-1");
    }

    /** A new agent, ready for clients. */
    public static ConsulServer start() throws IOException, InterruptedException {
        ConsulServer server = new ConsulServer();
        try {
            server.restart();
            return server;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            server.close();
            throw failed;
        }
    }

    public String host() {
        return HOST;
    }

    public int port() {
        return port;
    }

    /** Where clients connect, as {@code http://host:port}. */
    public String endpoint() {
        return "http://" + HOST + ":" + port;
    }

    /** Asks the agent to end and waits until it has. All data is lost. */
    public void stop() throws IOException, InterruptedException {
        process.stop();
    }

    /** Ends the agent without any warning. All data is lost. */
    public void kill() throws IOException, InterruptedException {
        process.kill();
    }

    /** Stops the agent from running without ending it: connections stay open and nobody answers. */
    public void freeze() throws IOException, InterruptedException {
        process.freeze();
    }

    /** Lets a frozen agent go on. */
    public void thaw() throws IOException, InterruptedException {
        process.thaw();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Starts the agent where it does not run, without the data that it had, and waits until it serves clients. */
    public void restart() throws IOException, InterruptedException {
        process.start();
        // It names a leader once it can store anything.
        Readiness.await("consul", process, URI.create(endpoint() + "/v1/status/leader"), ":");
    }

    @Override
    public void close() {
        process.close();
        folder.close();
    }

    @Override
    public String toString() {
        return "consul at " + endpoint();
    }
}
