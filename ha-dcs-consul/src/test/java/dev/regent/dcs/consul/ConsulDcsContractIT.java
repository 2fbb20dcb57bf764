package dev.regent.dcs.consul;

import dev.regent.ha.spi.Dcs;
import dev.regent.testkit.contract.DcsContract;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class ConsulDcsContractIT extends DcsContract {
    private static ConsulAgent agent;
    private static ServerSocket silent;

    @BeforeAll
    static void startServers() throws Exception {
        agent = ConsulAgent.start(ConsulAgent.SHORT_SESSIONS);
        silent = new ServerSocket(0);
    }

    @AfterAll
    static void stopServers() throws Exception {
        silent.close();
        agent.close();
    }

    @Override
    protected Dcs open(String cluster) {
        return ConsulDcs.open(agent.settings(), "/service/" + cluster, cluster + "-node1");
    }

    /** Twice the agent's least, as a session gets half of it. */
    @Override
    protected Duration shortestTtl() {
        return Duration.ofSeconds(2);
    }

    @Override
    protected Dcs unreachable() {
        ConsulSettings nobody = ConsulSettings.agent(ConsulAgent.HOST, silent.getLocalPort());
        return ConsulDcs.open(nobody, "service/contract", "contract-node1");
    }
}
