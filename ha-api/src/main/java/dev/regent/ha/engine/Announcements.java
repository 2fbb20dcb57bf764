package dev.regent.ha.engine;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.PossibleLoss;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.Remedy;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.event.HaEvent;
import dev.regent.ha.model.NodeName;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners and the log what is news about a node's decisions. A person is called once for one thing, and again only
 * after all was well or when it is another thing. Used by the cycle's thread.
 */
final class Announcements {
    private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);

    private final NodeName self;
    private final Consumer<HaEvent> events;
    private final HealthLog health;
    private @Nullable Decision last;
    private Optional<Remedy> called = Optional.empty();

    Announcements(NodeName self, Consumer<HaEvent> events) {
        this.self = self;
        this.events = events;
        this.health = new HealthLog(self, events);
    }

    void decided(Snapshot now, Decision decision) {
        health.saw(now.database().health());
        if (last == null || !decision.isLike(last)) {
            events.accept(new HaEvent.Decided(self, decision));
        }
        last = decision;
        if (decision.reason() == Reason.LEADING || decision.reason() == Reason.FOLLOWING) {
            called = Optional.empty();
            return;
        }
        Remedy.of(now, decision).filter(Remedy::needsPerson).ifPresent(remedy -> call(decision, remedy));
    }

    private void call(Decision decision, Remedy remedy) {
        if (decision.action().equals(Action.ABANDON)) {
            LOG.error(
                    "{}: ending without touching server or data, because {}: {}",
                    self,
                    decision.explanation(),
                    remedy.text());
        } else if (called.filter(remedy::equals).isPresent()) {
            return;
        } else {
            LOG.warn("{}: a person is needed, because {}: {}", self, decision.explanation(), remedy.text());
        }
        called = Optional.of(remedy);
        events.accept(new HaEvent.NeedsPerson(self, decision, remedy));
    }

    /** The store has shown who leads. */
    void saw(Optional<NodeName> leaderBefore, Optional<NodeName> leader) {
        if (!leaderBefore.equals(leader)) {
            LOG.info("{}: the leader is {}, it was {}", self, nameOf(leader), nameOf(leaderBefore));
            events.accept(new HaEvent.LeaderChanged(self, leaderBefore, leader));
        }
    }

    private static String nameOf(Optional<NodeName> leader) {
        return leader.map(NodeName::value).orElse("nobody");
    }

    /** The node has just won the leadership. */
    void leads(Optional<PossibleLoss> loss) {
        loss.ifPresent(possible -> {
            LOG.warn("{}: I lead now and {}", self, possible.text());
            events.accept(new HaEvent.MayLackCommits(self, possible));
        });
    }
}
