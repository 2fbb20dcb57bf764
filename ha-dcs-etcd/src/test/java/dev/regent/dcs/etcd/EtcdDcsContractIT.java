package dev.regent.dcs.etcd;

import dev.regent.ha.spi.Dcs;
import dev.regent.testkit.contract.DcsContract;
import dev.regent.testkit.process.EtcdCluster;
import dev.regent.testkit.process.TcpProxy;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of a store, kept by etcd with three members. */
final class EtcdDcsContractIT extends DcsContract {
    /** etcd raises shorter ones to one and a half election timeouts. */
    private static final Duration SHORTEST_TTL = Duration.ofSeconds(2);

    private static EtcdCluster etcd;
    private static TcpProxy mute;

    @BeforeAll
    static void start() throws Exception {
        etcd = EtcdCluster.ofThree();
        mute = TcpProxy.silent();
    }

    @AfterAll
    static void stop() throws Exception {
        etcd.close();
        mute.close();
    }

    @Override
    protected Dcs open(String cluster) {
        return EtcdDcs.open(
                EtcdOptions.of("/service/" + cluster + "/", etcd.endpoints().toArray(String[]::new)));
    }

    @Override
    protected Duration shortestTtl() {
        return SHORTEST_TTL;
    }

    @Override
    protected Dcs unreachable() {
        return EtcdDcs.open(EtcdOptions.of("/service/nowhere/", "http://" + mute.address()));
    }
}
