package dev.regent.testkit.cluster;

import dev.regent.testkit.process.FreePorts;
import dev.regent.testkit.process.OrdinaryUser;
import dev.regent.testkit.process.PostgresInstallation;
import dev.regent.testkit.process.TemporaryFolder;
import java.io.IOException;
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
 * Patroni's: both read the same YAML and answer the same requests. Closing it leaves nothing behind, except the files of a
 * cluster that did not come where it was awaited: who looks for the cause needs its logs. Used by one thread.
 */
public final class AgentCluster implements AutoCloseable {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final TemporaryFolder folder;
    private final List<Agent> agents;
    private final AgentApi api = new AgentApi();
    private boolean keepsFiles;

    private AgentCluster(TemporaryFolder folder, List<Agent> agents) {
        this.folder = folder;
        this.agents = List.copyOf(agents);
    }

    /**
     * Prepares the agents without starting them.
     *
     * @param dynamicConfig the cluster-wide configuration to begin with
     */
    public static AgentCluster prepare(
            String scope, AgentProgram program, List<String> etcdEndpoints, int size, Map<String, Object> dynamicConfig)
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
            agents.add(new Agent(settings, user, program));
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
            Optional<Topology> seen = agent.isRunning() ? api.topology(agent.restUrl()) : Optional.empty();
            if (seen.isPresent()) {
                return seen;
            }
        }
        return Optional.empty();
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
        keepsFiles = true;
        throw new IllegalStateException("expected " + what + " within " + limit.toSeconds() + " s, found "
                + seen.map(Topology::toString).orElse("no agent that answers") + ": see the logs in " + folder.path());
    }

    /** The agent that leads now. */
    public Agent leader() throws InterruptedException {
        return agent(topology().flatMap(Topology::leader).orElseThrow(() -> new IllegalStateException("nobody leads")));
    }

    /** Asks the leader's agent to hand over; returns its answer when it has been given. */
    public String switchover(Agent leader, Agent candidate) throws IOException, InterruptedException {
        return api.switchover(leader.restUrl(), leader.name(), candidate.name());
    }

    /** All processes that work in the folder of the cluster, agents included. */
    public List<ProcessHandle> processes() {
        return ServerLeftovers.living(folder.path());
    }

    /** Closing the cluster leaves its files for whoever looks for the cause of something. */
    public void keepFiles() {
        keepsFiles = true;
    }

    /** Ends everything at once and deletes all files that nobody needs to see. */
    @Override
    public void close() {
        agents.forEach(Agent::destroy);
        if (!keepsFiles) {
            folder.close();
        }
    }
}
