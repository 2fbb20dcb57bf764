package dev.regent.examples;

import dev.regent.ha.HaNode;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.Dcs;
import dev.regent.postgres.Credentials;
import dev.regent.postgres.Guardian;
import dev.regent.postgres.PostgresDatabase;
import dev.regent.postgres.PostgresSettings;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Lesson one: a node inside your own program. */
public final class EmbeddedNode {
    private EmbeddedNode() {}

    // [README
    /** Runs one member of the cluster "orders" while the work goes on; then leaves in good order. */
    public static void run(String name, Dcs store, Path data, Path postgresBin, int port, Consumer<HaNode> work) {
        PostgresSettings settings = PostgresSettings.of(NodeName.of(name), "orders", data)
                .binDir(postgresBin)
                .listen("127.0.0.1", port)
                .osUserWhenRoot("postgres")
                .superuser(Credentials.of("postgres", "secret"))
                .replication(Credentials.of("replicator", "secret"))
                .build();
        try (PostgresDatabase database = new PostgresDatabase(settings);
                Guardian guardian = new Guardian(settings);
                HaNode node = HaNode.builder()
                        .scope("orders")
                        .name(name)
                        .dcs(store) // EtcdDcs.open(EtcdOptions.of("/service/orders/", "http://127.0.0.1:2379"))
                        .database(database)
                        .watchdog(guardian)
                        .connUrl("postgres://127.0.0.1:" + port + "/postgres")
                        .listener(event -> System.out.println(event))
                        .start()) {
            work.accept(node); // node.status() says whether it is the primary, and why it is not
        }
    }
    // README]
}
