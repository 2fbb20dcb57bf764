package dev.regent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.cluster.AgentProgram;
import dev.regent.testkit.process.EtcdServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real cluster is created, cloned and rewound, and shows its passwords to nobody who need not have them. */
class SecretsIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> PAGES =
            List.of("/", "/patroni", "/cluster", "/config", "/history", "/explain", "/metrics", "/failsafe");

    /** Who must know them: the file that a person writes, and those that PostgreSQL's client library reads. */
    private static final Set<String> MAY_HOLD = Set.of("agent.yml", "pgpass");

    private static final String NEXT_PASSWORD = "the-next-password-of-the-test";

    private final Set<String> seen = new ConcurrentSkipListSet<>();
    private final Set<Long> agents = new ConcurrentSkipListSet<>();
    private Path passwordFile;
    private Path changingPassword;
    private EtcdServer etcd;
    private AgentCluster cluster;
    private volatile boolean watching = true;
    private Thread watch;

    @BeforeEach
    void prepare() throws Exception {
        passwordFile = Files.createTempFile("regent-password", "");
        etcd = EtcdServer.start();
        cluster = AgentCluster.prepare(
                "secrets",
                AgentProgram.regent(withPasswordInItsEnvironment()),
                List.of(etcd.endpoint()),
                2,
                Map.of("ttl", 20, "loop_wait", 2, "retry_timeout", 5, "postgresql", Map.of("use_pg_rewind", true)));
        Files.writeString(passwordFile, cluster.password());
        changingPassword = Files.createTempFile("regent-password", "");
        Files.writeString(changingPassword, cluster.password() + "\n");
        for (Agent agent : cluster.agents()) {
            String yaml = Files.readString(agent.yamlFile());
            for (String user : List.of("replicator", "rewinder")) {
                yaml = yaml.replace(
                        "username: " + user + ", password: " + cluster.password(),
                        "username: " + user + ", password_file: " + changingPassword);
            }
            Files.writeString(agent.yamlFile(), yaml);
        }
        watch = new Thread(this::watchProcesses, "watch");
        watch.start();
    }

    @AfterEach
    void close() throws Exception {
        watching = false;
        watch.join();
        cluster.close();
        etcd.close();
        Files.delete(passwordFile);
        Files.delete(changingPassword);
    }

    @Test
    void noPasswordIsOnACommandLineInAnEnvironmentALogTheStoreOrAnAnswerAndAnotherNeedsNoRestart() throws Exception {
        for (Agent agent : cluster.agents()) {
            agent.start();
            agents.add(agent.pid());
        }
        cluster.awaitHealthy(LIMIT);
        Agent first = cluster.leader();
        first.killHost();
        cluster.await(
                LIMIT,
                "another leader",
                topology -> topology.leader()
                        .filter(name -> !name.equals(first.name()))
                        .isPresent());
        first.start();
        agents.add(first.pid());
        cluster.awaitHealthy(LIMIT);
        changePasswords();

        watching = false;
        watch.join();
        assertThat(seen).as("command lines and environments").isEmpty();
        assertThat(filesWithPassword()).as("files").isSubsetOf(MAY_HOLD);
        assertThat(storedValues()).as("the store").isNotEmpty().noneMatch(this::hasPassword);
        for (Agent agent : cluster.agents()) {
            for (String page : PAGES) {
                assertThat(get(agent.restUrl() + page)).as(agent + page).doesNotMatch(this::hasPassword);
            }
            Path pgpass = agent.dataDir().resolveSibling("pgpass");
            if (Files.exists(pgpass)) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pgpass)))
                        .isEqualTo("rw-------");
            }
        }
    }

    /** No agent and no server is started again. */
    private void changePasswords() throws Exception {
        Agent leader = cluster.leader();
        List<Long> before = pids();
        Files.writeString(changingPassword, NEXT_PASSWORD + "\n");
        Agent standby = cluster.agents().stream()
                .filter(agent -> !agent.name().equals(leader.name()))
                .findFirst()
                .orElseThrow();
        Path pgpass = standby.dataDir().resolveSibling("pgpass");
        await("the next password for the standby's server", () -> read(pgpass).contains(NEXT_PASSWORD));
        ask(leader, "ALTER ROLE replicator PASSWORD '" + NEXT_PASSWORD + "'");
        ask(leader, "ALTER ROLE rewinder PASSWORD '" + NEXT_PASSWORD + "'");

        await(
                "the end of the standby's connection",
                () -> ask(leader, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_replication")
                        .equals("1"));
        await(
                "another connection of the standby",
                () -> ask(leader, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")
                        .equals("1"));
        assertThat(pids()).isEqualTo(before);
    }

    private List<Long> pids() throws IOException {
        List<Long> pids = new ArrayList<>();
        for (Agent agent : cluster.agents()) {
            assertThat(agent.isRunning()).isTrue();
            pids.add(agent.pid());
            pids.add(agent.postmasterPid().orElseThrow());
        }
        return pids;
    }

    /** The first value of the first row, if there are any. */
    private String ask(Agent agent, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(agent.jdbcUrl(), cluster.user(), cluster.password());
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("in time: " + what).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private String[] withPasswordInItsEnvironment() {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "PATRONI_SUPERUSER_PASSWORD=$(cat " + passwordFile
                        + "); export PATRONI_SUPERUSER_PASSWORD; exec \"$@\"",
                "sh"));
        command.addAll(Programs.agent().command());
        return command.toArray(String[]::new);
    }

    private void watchProcesses() {
        while (watching) {
            try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
                processes
                        .filter(process -> process.getFileName().toString().matches("[0-9]+"))
                        .forEach(this::look);
            } catch (IOException unreadable) {
                seen.add("cannot look at the processes: " + unreadable);
            }
        }
    }

    private void look(Path process) {
        String line = read(process.resolve("cmdline"));
        if (hasPassword(line)) {
            seen.add("command line: " + line);
        }
        boolean ours = line.contains("secrets") || parents(process).anyMatch(agents::contains);
        // The JVM begins each program by a helper, which for a moment has what the agent has
        boolean agent = agents.contains(Long.parseLong(process.getFileName().toString()))
                || line.contains("agent.yml")
                || line.contains("jspawnhelper");
        if (ours && !agent && hasPassword(read(process.resolve("environ")))) {
            seen.add("environment of: " + line);
        }
    }

    private static Stream<Long> parents(Path process) {
        return ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                .flatMap(ProcessHandle::parent)
                .map(ProcessHandle::pid)
                .stream();
    }

    private Set<String> filesWithPassword() throws IOException {
        Set<String> found = new TreeSet<>();
        for (Agent agent : cluster.agents()) {
            try (Stream<Path> files = Files.walk(agent.dataDir().getParent())) {
                files.filter(Files::isRegularFile)
                        .filter(file -> !file.toString().contains("/pg_wal/")
                                && !file.toString().contains("/base/"))
                        .filter(file -> hasPassword(read(file)))
                        .forEach(file -> found.add(file.getFileName().toString()));
            }
        }
        return found;
    }

    private List<String> storedValues() throws IOException, InterruptedException {
        String all = Base64.getEncoder().encodeToString("/".getBytes(StandardCharsets.UTF_8));
        String end = Base64.getEncoder().encodeToString("0".getBytes(StandardCharsets.UTF_8));
        String answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(etcd.endpoint() + "/v3/kv/range"))
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"key\":\"" + all + "\",\"range_end\":\"" + end + "\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        List<String> values = new ArrayList<>();
        new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(answer)
                .path("kvs")
                .forEach(entry -> values.add(new String(
                        Base64.getDecoder().decode(entry.path("value").asText()), StandardCharsets.UTF_8)));
        return values;
    }

    private boolean hasPassword(String text) {
        return text.contains(cluster.password()) || text.contains(NEXT_PASSWORD);
    }

    private static String get(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
