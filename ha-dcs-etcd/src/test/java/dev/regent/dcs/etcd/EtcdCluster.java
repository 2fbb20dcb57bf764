package dev.regent.dcs.etcd;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Real etcd processes in a folder of their own. Not thread-safe. */
final class EtcdCluster implements AutoCloseable {
    private final Path folder;
    private final String scheme;
    private final List<EtcdMember> members = new ArrayList<>();

    private EtcdCluster(Path folder, String scheme) {
        this.folder = folder;
        this.scheme = scheme;
    }

    static EtcdCluster start(int size) throws Exception {
        return start(size, "http", List.of());
    }

    /** The options say which certificates the members show and ask for. */
    static EtcdCluster start(int size, String scheme, List<String> serverOptions) throws Exception {
        EtcdCluster cluster = new EtcdCluster(Files.createTempDirectory("regent-etcd"), scheme);
        cluster.addMembers(size, serverOptions);
        try {
            cluster.startAll();
        } catch (IOException | InterruptedException | RuntimeException failed) {
            cluster.close();
            throw failed;
        }
        return cluster;
    }

    private void addMembers(int size, List<String> serverOptions) throws IOException {
        List<Integer> ports = freePorts(2 * size);
        List<String> peers = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            peers.add("m" + i + "=http://127.0.0.1:" + ports.get(size + i));
        }
        for (int i = 0; i < size; i++) {
            String client = scheme + "://127.0.0.1:" + ports.get(i);
            String peer = "http://127.0.0.1:" + ports.get(size + i);
            List<String> options = new ArrayList<>(List.of(
                    "--listen-client-urls",
                    client,
                    "--advertise-client-urls",
                    client,
                    "--listen-peer-urls",
                    peer,
                    "--initial-advertise-peer-urls",
                    peer,
                    "--initial-cluster",
                    String.join(",", peers),
                    "--logger",
                    "zap"));
            options.addAll(serverOptions);
            members.add(new EtcdMember("m" + i, ports.get(i), folder, options));
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    void startAll() throws IOException, InterruptedException {
        for (EtcdMember member : members) {
            member.start();
        }
        awaitAll();
    }

    private void awaitAll() throws IOException, InterruptedException {
        for (EtcdMember member : members) {
            member.awaitPort();
        }
        if (scheme.equals("http")) {
            // Members listen before they serve: an answer tells that they have elected a leader.
            for (EtcdMember member : members) {
                gateway(member).get("a", "b");
            }
        }
    }

    /** Brings back whatever a test has killed or frozen. */
    void repair() throws IOException, InterruptedException {
        for (EtcdMember member : members) {
            member.thaw();
            if (!member.isRunning()) {
                member.start();
            }
        }
        awaitAll();
    }

    List<EtcdMember> members() {
        return members;
    }

    String[] endpoints() {
        return members.stream().map(this::endpoint).toArray(String[]::new);
    }

    String endpoint(EtcdMember member) {
        return scheme + "://127.0.0.1:" + member.clientPort();
    }

    Gateway gateway(EtcdMember member) {
        return new Gateway(endpoint(member));
    }

    /** The member that leads etcd itself. */
    EtcdMember leader() throws IOException, InterruptedException {
        for (EtcdMember member : members) {
            if (gateway(member).isLeader()) {
                return member;
            }
        }
        throw new IOException("expected a member that leads etcd, found none");
    }

    @Override
    public void close() throws InterruptedException, IOException {
        for (EtcdMember member : members) {
            member.kill();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
