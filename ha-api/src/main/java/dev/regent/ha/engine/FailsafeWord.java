package dev.regent.ha.engine;

import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.FailsafeAnswer;
import dev.regent.ha.spi.FailsafeAnswer.Ground;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this node says to a primary that wants to go on although the store does not answer. Thread-safe. */
final class FailsafeWord {
    private static final Logger LOG = LoggerFactory.getLogger(FailsafeWord.class);

    private final NodeName self;
    private final Pledges pledges;
    private volatile HaConfig config = HaConfig.DEFAULT;
    private volatile Optional<NodeName> leader = Optional.empty();

    FailsafeWord(NodeName self, Pledges pledges) {
        this.self = self;
        this.pledges = pledges;
    }

    /** The store has answered. */
    void seen(Optional<NodeName> presentLeader, HaConfig presentConfig) {
        leader = presentLeader;
        config = presentConfig;
    }

    /** The store does not answer: what it last said of the leader may be of long ago. */
    void blind() {
        leader = Optional.empty();
    }

    FailsafeAnswer answer(FailsafeAnnouncement primary, Optional<Lsn> position) {
        HaConfig present = config;
        if (!present.failsafeMode()) {
            return new FailsafeAnswer.Refused(Ground.MODE_OFF, "failsafe_mode is off");
        }
        Optional<NodeName> other = leader.filter(seen -> !seen.equals(primary.name()));
        if (other.isPresent()) {
            return new FailsafeAnswer.Refused(Ground.ANOTHER_LEADS, other.get() + " leads");
        }
        boolean news = pledges.present().isEmpty();
        if (!pledges.give(primary, present.ttl())) {
            return new FailsafeAnswer.Refused(Ground.MAY_WRITE, "Running as a leader");
        }
        if (news) {
            LOG.warn("{}: {} goes on without the store; I will not lead meanwhile", self, primary.name());
        }
        return new FailsafeAnswer.Accepted(Optional.of(present.ttl()), position);
    }
}
