package dev.regent.testkit.process;

import dev.regent.ha.model.Address;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An HAProxy that leads clients to the primary of a cluster, configured as Patroni's manual says: each server is asked by
 * {@code OPTIONS /} of its agent's REST API. Used by one thread at a time. Closing it leaves nothing behind.
 */
public final class HaProxy implements AutoCloseable {
    private static final String CONFIGURATION = """
            global
                maxconn 100

            defaults
                log global
                mode tcp
                retries 2
                timeout client 30m
                timeout connect 4s
                timeout server 30m
                timeout check 5s

            listen stats
                mode http
                bind 127.0.0.1:%d
                stats enable
                stats uri /

            listen primary
                bind 127.0.0.1:%d
                option httpchk
                http-check expect status 200
                default-server inter 3s fall 3 rise 2 on-marked-down shutdown-sessions
            %s
            """;

    /** A server and the API that tells whether it is the primary. Immutable. */
    public record Backend(String name, Address server, int apiPort) {
        private String line() {
            return "    server " + name + " " + server + " maxconn 100 check port " + apiPort;
        }
    }

    private final TemporaryFolder folder;
    private final ServerProcess process;
    private final int port;
    private final int statisticsPort;

    private HaProxy(List<Backend> backends) throws IOException {
        this.folder = TemporaryFolder.create("regent-haproxy-");
        this.port = FreePorts.next();
        this.statisticsPort = FreePorts.next();
        Path file = folder.path().resolve("haproxy.cfg");
        String servers = backends.stream().map(Backend::line).collect(Collectors.joining("\n"));
        Files.writeString(file, CONFIGURATION.formatted(statisticsPort, port, servers));
        Path program = ExecutableFile.require("haproxy", "apt-get install haproxy");
        this.process = new LocalProcess(List.of(program.toString(), "-db", "-f", file.toString()), folder.path());
    }

    /** A proxy that runs, and may not have found the primary yet. */
    public static HaProxy start(List<Backend> backends) throws IOException, InterruptedException {
        HaProxy proxy = new HaProxy(backends);
        try {
            proxy.process.start();
            Readiness.await(
                    "haproxy", proxy.process, URI.create("http://127.0.0.1:" + proxy.statisticsPort + "/"), "HAProxy");
            return proxy;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            proxy.close();
            throw failed;
        }
    }

    /** Where clients connect. */
    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.close();
        folder.close();
    }
}
