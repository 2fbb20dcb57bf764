package dev.regent.examples.demo;

import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.cluster.AgentProgram;
import dev.regent.testkit.cluster.Topology;
import dev.regent.testkit.process.EtcdServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Three agent processes over a real etcd: {@code regent} as it runs on three hosts. */
final class AgentProcesses implements DemoCluster {
    private static final int SIZE = 3;

    private final EtcdServer etcd;
    private final AgentCluster agents;
    private final LogTails logs;

    private AgentProcesses(EtcdServer etcd, AgentCluster agents, LogTails logs) {
        this.etcd = etcd;
        this.agents = agents;
        this.logs = logs;
    }

    static AgentProcesses start(String command, Map<String, Object> config, Screen screen)
            throws IOException, InterruptedException {
        EtcdServer etcd = EtcdServer.start();
        try {
            AgentCluster agents =
                    AgentCluster.prepare("demo", AgentProgram.regent(command), List.of(etcd.endpoint()), SIZE, config);
            agents.startAll();
            return new AgentProcesses(etcd, agents, LogTails.follow(agents.agents(), screen));
        } catch (IOException | RuntimeException failed) {
            etcd.close();
            throw failed;
        }
    }

    @Override
    public List<String> names() {
        return agents.agents().stream().map(Agent::name).toList();
    }

    @Override
    public String jdbcUrl(String name) {
        return agents.agent(name).jdbcUrl();
    }

    @Override
    public String user() {
        return agents.user();
    }

    @Override
    public String password() {
        return agents.password();
    }

    @Override
    public Optional<Topology> topology() throws InterruptedException {
        return agents.topology();
    }

    @Override
    public void killServer(String name) throws IOException, InterruptedException {
        agents.agent(name).killPostmaster();
    }

    @Override
    public void switchover(String leader, String candidate) throws IOException, InterruptedException {
        agents.switchover(agents.agent(leader), agents.agent(candidate));
    }

    @Override
    public List<String> hints() {
        List<String> hints = new ArrayList<>(List.of("etcd: " + etcd.endpoint()));
        for (Agent agent : agents.agents()) {
            hints.add(agent.name() + ": REST " + agent.restUrl() + ", log " + agent.logFile());
        }
        hints.add("bin/regentctl -c " + agents.agents().get(0).yamlFile() + " list");
        return hints;
    }

    @Override
    public void close() {
        logs.close();
        agents.close();
        etcd.close();
    }
}
