package dev.regent.testkit.sim;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.NodeName;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The nodes of a simulation with everything that they share. Used by one thread. */
final class SimCluster {
    private static final int PORT = 5432;

    private final SimulationSettings settings;
    private final EventQueue queue;
    private final Dice dice;
    private final Trace trace;
    private final SimStore store;
    private final SimNetwork network = new SimNetwork();
    private final Map<NodeName, SimNode> nodes = new LinkedHashMap<>();
    private Optional<SimRemote> remote = Optional.empty();

    SimCluster(SimulationSettings settings, EventQueue queue, Dice dice, Trace trace) {
        this.settings = settings;
        this.queue = queue;
        this.dice = dice;
        this.trace = trace;
        this.store = new SimStore(queue);
    }

    void addNodes(ServerObserver observer) {
        for (int i = 1; i <= settings.nodes(); i++) {
            NodeName name = NodeName.of("n" + i);
            SimServer server =
                    new SimServer(name, new Address("host-" + name, PORT), network, queue, dice.split(), observer);
            if (settings.leavesOut(Protection.SYNC_CONFIRMATION)) {
                server.beHasty();
            }
            nodes.put(name, new SimNode(this, server));
        }
    }

    SimulationSettings settings() {
        return settings;
    }

    EventQueue queue() {
        return queue;
    }

    OffsetDateTime timeOfDay() {
        return OffsetDateTime.now(new SimClock(queue));
    }

    Dice dice() {
        return dice;
    }

    Trace trace() {
        return trace;
    }

    SimStore store() {
        return store;
    }

    SimNetwork network() {
        return network;
    }

    void setRemote(SimRemote other) {
        remote = Optional.of(other);
    }

    /** The cluster that this one follows, or that follows it, if there is one. */
    Optional<SimRemote> remote() {
        return remote;
    }

    List<SimNode> nodes() {
        return List.copyOf(nodes.values());
    }

    SimNode node(NodeName name) {
        return Objects.requireNonNull(nodes.get(name), () -> "there is no node " + name);
    }
}
