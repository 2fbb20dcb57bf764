package dev.regent.dcs.etcd;

import dev.regent.ha.spi.Dcs;
import dev.regent.testkit.contract.DcsContract;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of a store, kept by etcd with three members. */
final class EtcdDcsContractIT extends DcsContract {
    /** etcd raises shorter ones to one and a half election timeouts. */
    private static final Duration SHORTEST_TTL = Duration.ofSeconds(2);

    private static EtcdCluster etcd;
    private static ServerSocket mute;

    @BeforeAll
    static void start() throws Exception {
        etcd = EtcdCluster.start(3);
        mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterAll
    static void stop() throws Exception {
        etcd.close();
        mute.close();
    }

    @Override
    protected Dcs open(String cluster) {
        return EtcdDcs.open(EtcdOptions.of("/service/" + cluster + "/", etcd.endpoints()));
    }

    @Override
    protected Duration shortestTtl() {
        return SHORTEST_TTL;
    }

    @Override
    protected Dcs unreachable() {
        return EtcdDcs.open(EtcdOptions.of("/service/nowhere/", "http://127.0.0.1:" + mute.getLocalPort()));
    }
}
