package dev.regent.examples.demo;

import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.HaNode;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.event.HaEvent;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.postgres.Credentials;
import dev.regent.postgres.Guardian;
import dev.regent.postgres.PostgresDatabase;
import dev.regent.postgres.PostgresSettings;
import dev.regent.rest.RestPeers;
import dev.regent.rest.RestServer;
import dev.regent.testkit.cluster.AgentApi;
import dev.regent.testkit.cluster.Topology;
import dev.regent.testkit.process.FreePorts;
import dev.regent.testkit.process.OrdinaryUser;
import dev.regent.testkit.process.PostgresInstallation;
import dev.regent.testkit.process.TemporaryFolder;
import dev.regent.testkit.store.InMemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Three nodes in this JVM over the in-memory store and real PostgreSQL, put together with the public embedding API. */
final class EmbeddedNodes implements DemoCluster {
    private static final String SCOPE = "demo";
    private static final String HOST = "127.0.0.1";
    private static final String USER = "postgres";
    private static final String PASSWORD = "demo";
    private static final List<String> NAMES = List.of("node1", "node2", "node3");
    private static final List<String> PG_HBA = List.of(
            "local all all trust",
            "host all all 127.0.0.1/32 scram-sha-256",
            "host replication all 127.0.0.1/32 scram-sha-256");

    private final TemporaryFolder folder;
    private final InMemoryStore store = new InMemoryStore();
    private final List<Member> members = new ArrayList<>();
    private final AgentApi api = new AgentApi();

    private EmbeddedNodes(TemporaryFolder folder) {
        this.folder = folder;
    }

    /** One node and the parts that it was built from, in the order in which they are closed. */
    private record Member(
            HaNode node,
            RestServer rest,
            RestPeers peers,
            Guardian guardian,
            PostgresDatabase database,
            Dcs dcs,
            int port) {
        String name() {
            return node.name().value();
        }

        String restUrl() {
            return "http://" + HOST + ":" + rest.port();
        }

        void close() {
            node.close();
            rest.close();
            peers.close();
            guardian.close();
            database.close();
            dcs.close();
        }
    }

    static EmbeddedNodes start(Map<String, Object> config, Screen screen) throws IOException {
        EmbeddedNodes nodes = new EmbeddedNodes(TemporaryFolder.create("regent-demo-", OrdinaryUser.choose()));
        for (String name : NAMES) {
            nodes.members.add(nodes.startNode(name, DynamicConfig.of(config), screen));
        }
        return nodes;
    }

    private Member startNode(String name, DynamicConfig config, Screen screen) throws IOException {
        int port = FreePorts.next();
        int restPort = FreePorts.next();
        PostgresSettings settings = settings(name, port);
        PostgresDatabase database = new PostgresDatabase(settings);
        Guardian guardian = new Guardian(settings);
        RestPeers peers = new RestPeers();
        Dcs dcs = store.open(SCOPE);
        HaNode node = HaNode.builder()
                .scope(SCOPE)
                .name(name)
                .dcs(dcs)
                .database(database)
                .watchdog(guardian)
                .peers(peers)
                .connUrl("postgres://" + HOST + ":" + port + "/postgres")
                .apiUrl("http://" + HOST + ":" + restPort + "/patroni")
                .newClusterConfig(config)
                .listener(event -> show(event, screen))
                .start();
        RestServer rest = RestServer.builder()
                .node(node, database::status)
                .admin(ClusterAdmin.of(dcs))
                .peers(peers)
                .listen(HOST, restPort)
                .start();
        return new Member(node, rest, peers, guardian, database, dcs, port);
    }

    private PostgresSettings settings(String name, int port) {
        Path home = folder.path().resolve(name);
        PostgresSettings.Builder settings = PostgresSettings.of(NodeName.of(name), SCOPE, home.resolve("data"))
                .binDir(PostgresInstallation.find().bin())
                .listen(HOST, port)
                .superuser(Credentials.of(USER, PASSWORD))
                .replication(Credentials.of("replicator", PASSWORD))
                .rewind(Credentials.of("rewinder", PASSWORD))
                .pgpass(home.resolve("pgpass"))
                .parameter("unix_socket_directories", folder.path().toString())
                .initdbOptions(List.of("--data-checksums", "--encoding=UTF8", "--no-locale"))
                .pgHba(PG_HBA);
        OrdinaryUser.choose().name().ifPresent(settings::osUser);
        return settings.build();
    }

    private static void show(HaEvent event, Screen screen) {
        String node = event.node().value();
        if (event instanceof HaEvent.Decided decided && decided.decision().reason() != Reason.OPERATION_UNDER_WAY) {
            screen.event(node, decided.decision().explanation());
        } else if (event instanceof HaEvent.OperationEnded ended) {
            String outcome = ended.error()
                    .map(error -> "failed: " + error.lines().findFirst().orElse(""))
                    .orElse("done");
            screen.event(
                    node,
                    ended.operation().label() + ": " + outcome + " in "
                            + ended.took().toMillis() + " ms");
        }
    }

    private Member member(String name) {
        return members.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public String jdbcUrl(String name) {
        return "jdbc:postgresql://" + HOST + ":" + member(name).port() + "/postgres";
    }

    @Override
    public String user() {
        return USER;
    }

    @Override
    public String password() {
        return PASSWORD;
    }

    @Override
    public Optional<Topology> topology() throws InterruptedException {
        return api.topology(members.get(0).restUrl());
    }

    @Override
    public void killServer(String name) throws IOException {
        Path pidFile = member(name).database().settings().dataDir().resolve("postmaster.pid");
        long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).trim());
        ProcessHandle.of(pid)
                .orElseThrow(() -> new IOException("the server of " + name + " is not running"))
                .destroyForcibly();
    }

    @Override
    public void switchover(String leader, String candidate) throws IOException {
        try {
            ClusterAdmin.of(member(leader).dcs())
                    .requestSwitchover(NodeName.of(leader), Optional.of(NodeName.of(candidate)), Optional.empty());
        } catch (DcsException unreachable) {
            throw new IOException(unreachable);
        }
    }

    @Override
    public List<String> hints() {
        return members.stream()
                .map(member -> member.name() + ": REST " + member.restUrl())
                .toList();
    }

    /** Replicas leave first, so that nobody takes over on the way out. */
    @Override
    public synchronized void close() {
        members.stream().filter(member -> !isPrimary(member)).forEach(Member::close);
        members.stream().filter(EmbeddedNodes::isPrimary).forEach(Member::close);
        members.clear();
        store.close();
        folder.close();
    }

    private static boolean isPrimary(Member member) {
        return member.node().status().filter(status -> status.isPrimary()).isPresent();
    }
}
