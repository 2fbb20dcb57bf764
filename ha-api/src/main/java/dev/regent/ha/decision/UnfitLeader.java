package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.HealthRules;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.TimelineSwitch;
import dev.regent.ha.spi.StopMode;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * A leader whose server cannot serve, whatever it answers: it makes room only when that has been certain for long enough, when
 * a member that has just answered lacks nothing that was promised, and when the leader has not changed lately. First the
 * server is stopped; the leader entry is given away when it surely is.
 */
final class UnfitLeader {
    private UnfitLeader() {}

    /** Whether the others should be asked, because it may come to that. */
    static boolean mayLeave(DatabaseStatus database) {
        return database.health().finding().keepsFromServing();
    }

    static Optional<Decision> decide(Snapshot now, ClusterView view, LeaderEntry entry) {
        if (!mayLeave(now.database()) || whyNot(now, view).isPresent()) {
            return Optional.empty();
        }
        if (now.database().mayAcceptWrites()) {
            return Optional.of(because(new Operation.Stop(StopMode.IMMEDIATE), now));
        }
        return now.database().isRunning()
                ? Optional.empty()
                : Optional.of(because(new Action.ReleaseLeadership(entry.revision(), Optional.empty()), now));
    }

    /** Whether what is under way on the server keeps it from making room. */
    static boolean isHeldUp(Snapshot now) {
        return mayLeave(now.database())
                && now.database().mayAcceptWrites()
                && now.knowledge() instanceof Knowledge.Seen seen
                && seen.view().isSurelyLedBy(now.self())
                && whyNot(now, seen.view()).isEmpty();
    }

    /** Says of a leader that has nothing else to do why it stays although its server cannot serve. */
    static Optional<Decision> staying(Snapshot now, ClusterView view) {
        return mayLeave(now.database())
                ? Optional.of(Decision.waiting(
                        Reason.UNFIT_AND_STAYS,
                        whyNot(now, view).map(why -> why + "; ").orElse("")
                                + now.database().health().why()))
                : Optional.empty();
    }

    private static Decision because(Action action, Snapshot now) {
        return new Decision(
                action, Reason.UNFIT_TO_LEAD, now.database().health().why());
    }

    private static Optional<String> whyNot(Snapshot now, ClusterView view) {
        HealthRules rules = now.config().health();
        if (now.config().paused()) {
            return Optional.of("the cluster is paused");
        }
        if (!rules.handsOver()) {
            return Optional.of("health.failover is off");
        }
        if (isToLast(now)) {
            return Optional.of("this must last for health.failover_after");
        }
        if (hasChangedLately(view, now.now().minus(rules.handsOverAgainAfter()))) {
            return Optional.of("the leader has changed within health.failover_backoff");
        }
        return Successors.exist(now, view) ? Optional.empty() : Optional.of("nobody else could lead without loss");
    }

    /** Whether it may still come right by itself, or come to that it makes room. */
    static boolean isToLast(Snapshot now) {
        HealthRules rules = now.config().health();
        return now.database().health().lasting().compareTo(rules.handsOverAfter()) < 0;
    }

    /** What made one leader unfit may well have its cause elsewhere, and make the next one unfit, too. */
    private static boolean hasChangedLately(ClusterView view, OffsetDateTime since) {
        return view.history().stream()
                .map(TimelineSwitch::at)
                .flatMap(Optional::stream)
                .anyMatch(at -> at.isAfter(since));
    }
}
