package dev.regent.ha.spi;

import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import java.util.Collection;
import java.util.Map;

/** Asks other members for their position at this moment, all at the same time. Called by the engine's thread. */
@FunctionalInterface
public interface Peers extends AutoCloseable {
    /** One answer for each member, {@link PeerStatus.Silent} for who does not answer; takes about two seconds at most. */
    Map<NodeName, PeerStatus> ask(Collection<Member> members);

    @Override
    default void close() {}

    /**
     * Takes the positions that members last published in the store. They are as old as each member's last cycle, so a
     * cluster whose nodes can reach each other should ask them instead.
     */
    static Peers fromStore() {
        return new PublishedPositions();
    }
}
