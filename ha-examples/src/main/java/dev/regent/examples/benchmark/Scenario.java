package dev.regent.examples.benchmark;

import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import java.io.IOException;

/** A way in which leadership changes hands. */
enum Scenario {
    SWITCHOVER("planned switchover") {
        @Override
        void hurt(AgentCluster cluster, Agent leader) throws IOException, InterruptedException {
            Agent candidate = cluster.agents().stream()
                    .filter(agent -> !agent.name().equals(leader.name()))
                    .findFirst()
                    .orElseThrow();
            cluster.switchover(leader, candidate);
        }
    },
    POSTMASTER_KILLED("postmaster killed (SIGKILL)") {
        @Override
        void hurt(AgentCluster cluster, Agent leader) throws IOException, InterruptedException {
            leader.killPostmaster();
        }
    },
    AGENT_TERMINATED("agent stopped (SIGTERM)") {
        @Override
        void hurt(AgentCluster cluster, Agent leader) {
            leader.terminate();
        }

        @Override
        void heal(AgentCluster cluster, Agent former) throws IOException, InterruptedException {
            former.awaitEnd();
            former.start();
        }
    },
    HOST_LOST("host lost (agent and postmaster killed)") {
        @Override
        void hurt(AgentCluster cluster, Agent leader) throws IOException, InterruptedException {
            leader.killHost();
        }

        @Override
        void heal(AgentCluster cluster, Agent former) throws IOException {
            former.start();
        }
    };

    private final String label;

    Scenario(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** Does it to the agent that leads, or to its server. */
    abstract void hurt(AgentCluster cluster, Agent leader) throws IOException, InterruptedException;

    /** Brings back what does not come back by itself. */
    void heal(AgentCluster cluster, Agent former) throws IOException, InterruptedException {}
}
