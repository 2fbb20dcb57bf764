package dev.regent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.HaNode;
import dev.regent.ha.NodeStatus;
import dev.regent.testkit.process.FreePorts;
import dev.regent.testkit.process.OrdinaryUser;
import dev.regent.testkit.process.PostgresInstallation;
import dev.regent.testkit.process.TemporaryFolder;
import dev.regent.testkit.store.InMemoryDcs;
import dev.regent.testkit.store.InMemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class EmbeddedNodeIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MILLIS_BETWEEN_LOOKS = 20;

    @Test
    void theProgramOfTheReadmeBecomesThePrimaryAndLeavesInGoodOrder() throws Exception {
        AtomicBoolean wasPrimary = new AtomicBoolean();
        Path bin = PostgresInstallation.find().bin();
        try (TemporaryFolder folder = TemporaryFolder.create("regent-example-", OrdinaryUser.choose());
                InMemoryStore store = new InMemoryStore();
                InMemoryDcs dcs = store.open("orders")) {
            Path data = folder.path().resolve("data");
            EmbeddedNode.run("node1", dcs, data, bin, FreePorts.next(), node -> wasPrimary.set(becomesPrimary(node)));

            assertThat(wasPrimary).isTrue();
            assertThat(data.resolve("postmaster.pid")).doesNotExist();
            assertThat(dcs.read().get("leader")).isEmpty();
        }
    }

    private static boolean becomesPrimary(HaNode node) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            if (node.status().filter(NodeStatus::isPrimary).isPresent()) {
                return true;
            }
            try {
                Thread.sleep(MILLIS_BETWEEN_LOOKS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }
}
