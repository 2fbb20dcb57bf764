package dev.regent.testkit.store;

import dev.regent.ha.spi.Dcs;
import dev.regent.testkit.contract.DcsContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;

class InMemoryDcsTest extends DcsContract {
    private final InMemoryStore store = new InMemoryStore();

    @AfterAll
    void closeStore() {
        store.close();
    }

    @Override
    protected Dcs open(String cluster) {
        return store.open(cluster);
    }

    @Override
    protected Duration shortestTtl() {
        return Duration.ofMillis(300);
    }

    @Override
    protected Dcs unreachable() {
        InMemoryDcs dcs = store.open("unreachable");
        dcs.cutOff();
        return dcs;
    }
}
