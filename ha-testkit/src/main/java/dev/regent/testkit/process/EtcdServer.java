package dev.regent.testkit.process;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * An etcd server: the local {@code etcd} where it is installed, else a container. Its data outlives {@link #stop()} and
 * {@link #kill()}, not {@link #close()}. Used by one thread at a time.
 */
public final class EtcdServer implements AutoCloseable {
    private static final String LOOPBACK = "http://127.0.0.1:";

    private final Plan plan;
    private final TemporaryFolder folder;
    private final ServerProcess process;

    EtcdServer(Plan plan, String initialCluster) throws IOException {
        this.plan = plan;
        this.folder = TemporaryFolder.create("regent-" + plan.name() + "-");
        this.process = ServerProgram.ETCD.in(folder.path(), data -> plan.arguments(data, initialCluster));
    }

    /** A server's name and ports, fixed before it or any other member exists. Immutable. */
    record Plan(String name, int clientPort, int peerPort) {
        static Plan of(String name) throws IOException {
            return new Plan(name, FreePorts.next(), FreePorts.next());
        }

        String asInitialMember() {
            return name + "=" + peerUrl();
        }

        String clientUrl() {
            return LOOPBACK + clientPort;
        }

        private String peerUrl() {
            return LOOPBACK + peerPort;
        }

        List<String> arguments(Path data, String initialCluster) {
            return List.of(
                    "--name=" + name,
                    "--data-dir=" + data,
                    "--listen-client-urls=" + clientUrl(),
                    "--advertise-client-urls=" + clientUrl(),
                    "--listen-peer-urls=" + peerUrl(),
                    "--initial-advertise-peer-urls=" + peerUrl(),
                    "--initial-cluster=" + initialCluster,
                    "--initial-cluster-state=new");
        }
    }

    /** A new server, ready for clients. */
    public static EtcdServer start() throws IOException, InterruptedException {
        Plan plan = Plan.of("etcd");
        EtcdServer server = new EtcdServer(plan, plan.asInitialMember());
        try {
            server.restart();
            return server;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            server.close();
            throw failed;
        }
    }

    public String name() {
        return plan.name();
    }

    public int port() {
        return plan.clientPort();
    }

    /** Where clients connect, as {@code http://host:port}. */
    public String endpoint() {
        return plan.clientUrl();
    }

    /** Asks the server to end and waits until it has. */
    public void stop() throws IOException, InterruptedException {
        process.stop();
    }

    /** Ends the server without any warning. */
    public void kill() throws IOException, InterruptedException {
        process.kill();
    }

    /** Stops the server from running without ending it: connections stay open and nobody answers. */
    public void freeze() throws IOException, InterruptedException {
        process.freeze();
    }

    /** Lets a frozen server go on. */
    public void thaw() throws IOException, InterruptedException {
        process.thaw();
    }

    /**
     * Ends the session to which the key is bound, with all its keys, as etcd does when its time to live is over: for tests of
     * what happens then. Whoever holds it must not run any more.
     */
    public void endSessionOf(String key) throws IOException, InterruptedException {
        EtcdLeases.end(endpoint(), key);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Starts the server where it does not run, with the data that it had, and waits until it serves clients. */
    public void restart() throws IOException, InterruptedException {
        begin();
        awaitReady();
    }

    void begin() throws IOException {
        process.start();
    }

    void awaitReady() throws IOException, InterruptedException {
        Readiness.await(plan.name(), process, URI.create(endpoint() + "/health"), "\"true\"");
    }

    @Override
    public void close() {
        process.close();
        folder.close();
    }

    @Override
    public String toString() {
        return plan.name() + " at " + endpoint();
    }
}
