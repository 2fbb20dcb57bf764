package dev.regent.testkit.cluster;

import dev.regent.testkit.process.FreePorts;
import dev.regent.testkit.process.OrdinaryUser;
import dev.regent.testkit.process.PostgresInstallation;
import dev.regent.testkit.process.TemporaryFolder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * A cluster of agent processes over real PostgreSQL and a real store, in a temporary folder. The agents may be Regent's or
 * Patroni's: both read the same YAML and answer the same requests. Closing it leaves nothing behind. Used by one thread.
 */
public final class AgentCluster implements AutoCloseable {
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(2);
    private static final Duration SWITCHOVER_LIMIT = Duration.ofSeconds(90);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final TemporaryFolder folder;
    private final List<Agent> agents;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(REQUEST_LIMIT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    private AgentCluster(TemporaryFolder folder, List<Agent> agents) {
        this.folder = folder;
        this.agents = List.copyOf(agents);
    }

    /**
     * Prepares the agents without starting them.
     *
     * @param command starts an agent when the path of a YAML file is appended
     * @param dynamicConfig the cluster-wide configuration to begin with
     */
    public static AgentCluster prepare(
            String scope, List<String> command, List<String> etcdEndpoints, int size, Map<String, Object> dynamicConfig)
            throws IOException {
        OrdinaryUser user = OrdinaryUser.choose();
        PostgresInstallation postgres = PostgresInstallation.find();
        TemporaryFolder folder = TemporaryFolder.create("regent-" + scope + "-", user);
        List<Agent> agents = new ArrayList<>();
        for (int i = 1; i <= size; i++) {
            AgentSettings settings = new AgentSettings(
                    scope,
                    "node" + i,
                    folder.path(),
                    FreePorts.next(),
                    FreePorts.next(),
                    etcdEndpoints,
                    postgres.bin(),
                    dynamicConfig);
            Files.createDirectories(settings.yamlFile().getParent());
            Files.writeString(settings.yamlFile(), settings.yaml());
            agents.add(new Agent(settings, command, user));
        }
        user.own(folder.path());
        return new AgentCluster(folder, agents);
    }

    public List<Agent> agents() {
        return agents;
    }

    public Agent agent(String name) {
        return agents.stream()
                .filter(agent -> agent.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no agent " + name + " among " + agents));
    }

    public List<String> jdbcUrls() {
        return agents.stream().map(Agent::jdbcUrl).toList();
    }

    public String user() {
        return AgentSettings.SUPERUSER;
    }

    public String password() {
        return AgentSettings.PASSWORD;
    }

    public void startAll() throws IOException {
        for (Agent agent : agents) {
            agent.start();
        }
    }

    /** The cluster as the first agent that answers shows it. */
    public Optional<Topology> topology() throws InterruptedException {
        for (Agent agent : agents) {
            Optional<Topology> seen = agent.isRunning() ? askFor(agent) : Optional.empty();
            if (seen.isPresent()) {
                return seen;
            }
        }
        return Optional.empty();
    }

    private Optional<Topology> askFor(Agent agent) throws InterruptedException {
        try {
            String answer = send(HttpRequest.newBuilder(URI.create(agent.restUrl() + "/cluster"))
                            .timeout(REQUEST_LIMIT))
                    .body();
            return Optional.of(Topology.parse(answer));
        } catch (IOException silent) {
            return Optional.empty();
        }
    }

    /** Waits until one leads and all others follow. */
    public Topology awaitHealthy(Duration limit) throws InterruptedException {
        return await(
                limit,
                "one leader and " + (agents.size() - 1) + " streaming replicas",
                seen -> seen.isHealthy(agents.size()));
    }

    public Topology await(Duration limit, String what, Predicate<Topology> condition) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        Optional<Topology> seen = Optional.empty();
        while (System.nanoTime() < deadline) {
            seen = topology();
            if (seen.filter(condition).isPresent()) {
                return seen.get();
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        throw new IllegalStateException("expected " + what + " within " + limit.toSeconds() + " s, found "
                + seen.map(Topology::toString).orElse("no agent that answers") + ": see the logs in " + folder.path());
    }

    /** The agent that leads now. */
    public Agent leader() throws InterruptedException {
        return agent(topology().flatMap(Topology::leader).orElseThrow(() -> new IllegalStateException("nobody leads")));
    }

    /** Asks the leader's agent to hand over; returns its answer when it has been given. */
    public String switchover(Agent leader, Agent candidate) throws IOException, InterruptedException {
        String body = "{\"leader\":\"" + leader.name() + "\",\"candidate\":\"" + candidate.name() + "\"}";
        return send(HttpRequest.newBuilder(URI.create(leader.restUrl() + "/switchover"))
                        .timeout(SWITCHOVER_LIMIT)
                        .POST(HttpRequest.BodyPublishers.ofString(body)))
                .body();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Ends everything at once and deletes all files. */
    @Override
    public void close() {
        agents.forEach(Agent::destroy);
        folder.close();
    }
}
