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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
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

    private final Set<String> seen = new ConcurrentSkipListSet<>();
    private final Set<Long> agents = new ConcurrentSkipListSet<>();
    private Path passwordFile;
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
                Map.of("ttl", 20, "loop_wait", 1, "retry_timeout", 5, "postgresql", Map.of("use_pg_rewind", true)));
        Files.writeString(passwordFile, cluster.password());
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
    }

    @Test
    void noPasswordIsOnACommandLineInAnEnvironmentALogTheStoreOrAnAnswer() throws Exception {
        for (Agent agent : cluster.agents()) {
            agent.start();
            agents.add(agent.pid());
        }
        cluster.awaitHealthy(LIMIT);
        Agent first = cluster.leader();
        first.killHost();
        etcd.endSessionOf("/service/secrets/leader");
        cluster.await(
                LIMIT,
                "another leader",
                topology -> topology.leader()
                        .filter(name -> !name.equals(first.name()))
                        .isPresent());
        first.start();
        agents.add(first.pid());
        cluster.awaitHealthy(LIMIT);

        watching = false;
        watch.join();
        assertThat(seen).as("command lines and environments").isEmpty();
        assertThat(filesWithPassword()).as("files").isSubsetOf(MAY_HOLD);
        assertThat(storedValues()).as("the store").isNotEmpty().noneMatch(this::hasPassword);
        for (Agent agent : cluster.agents()) {
            for (String page : PAGES) {
                assertThat(get(agent.restUrl() + page)).as(agent + page).doesNotContain(cluster.password());
            }
            Path pgpass = agent.dataDir().resolveSibling("pgpass");
            if (Files.exists(pgpass)) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pgpass)))
                        .isEqualTo("rw-------");
            }
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
        return text.contains(cluster.password());
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
