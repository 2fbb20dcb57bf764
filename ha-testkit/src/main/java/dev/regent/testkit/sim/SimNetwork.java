package dev.regent.testkit.sim;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Upstream;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The servers of a simulation and the links between their hosts, which can be slow or cut. Used by one thread. */
final class SimNetwork {
    private static final long SHORTEST_DELAY = EventQueue.MILLISECOND / 4;
    private static final long USUAL_DELAY = 5 * EventQueue.MILLISECOND;

    private record Link(NodeName one, NodeName other) {
        static Link between(NodeName a, NodeName b) {
            return a.compareTo(b) < 0 ? new Link(a, b) : new Link(b, a);
        }
    }

    private final Map<Address, SimServer> servers = new LinkedHashMap<>();
    private @Nullable SimServer remote;
    private final Set<Link> cut = new HashSet<>();
    private long longestDelay = USUAL_DELAY;
    private long lastRecord;

    void add(SimServer server) {
        servers.put(server.address(), server);
    }

    /** The server is not one of the cluster's. */
    void setRemote(SimServer server) {
        remote = server;
    }

    boolean isRemote(SimServer server) {
        return server == remote;
    }

    /** The cluster's own. */
    List<SimServer> servers() {
        return servers.values().stream().filter(server -> !isRemote(server)).toList();
    }

    Optional<SimServer> at(Upstream upstream) {
        return upstream.addresses().stream()
                .flatMap(address -> Optional.ofNullable(servers.get(address)).stream())
                .findFirst();
    }

    /** An identity for the next record that any server writes. */
    long nextRecord() {
        lastRecord++;
        return lastRecord;
    }

    boolean isOpen(NodeName a, NodeName b) {
        return cut.isEmpty() || !cut.contains(Link.between(a, b));
    }

    void cut(NodeName a, NodeName b) {
        if (cut.add(Link.between(a, b))) {
            tellServers();
        }
    }

    void heal(NodeName a, NodeName b) {
        if (cut.remove(Link.between(a, b))) {
            tellServers();
        }
    }

    void healAll() {
        cut.clear();
        longestDelay = USUAL_DELAY;
        tellServers();
    }

    /** What is sent between servers takes up to so long from now on. */
    void delayUpTo(long micros) {
        longestDelay = Math.max(micros, USUAL_DELAY);
    }

    void endDelay() {
        longestDelay = USUAL_DELAY;
    }

    long delay(Dice dice) {
        return dice.between(SHORTEST_DELAY, longestDelay);
    }

    private void tellServers() {
        servers.values().forEach(server -> server.recovery().linksChanged());
    }
}
