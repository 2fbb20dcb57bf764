package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Member;
import dev.regent.ha.spi.ElectionPolicy;
import dev.regent.ha.spi.Peers;
import dev.regent.ha.spi.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * The table of contents of high availability: which situation a node is in. In each situation the first rule that applies
 * wins. Pure: no clock, no I/O, nothing that changes. Immutable.
 */
public final class Decider {
    private final Admission admission;
    private final AsCandidate asCandidate;

    public Decider(ElectionPolicy election) {
        this.admission = new Admission(election);
        this.asCandidate = new AsCandidate(election);
    }

    /** The one thing that the node should do next. */
    public Decision decide(Snapshot now) {
        Snapshot considered = admission.apply(now);
        return Pacing.paced(considered, ByOrder.watched(considered, decideAtOnce(considered)));
    }

    /** Whether the node would stand if the leader were lost now, going by what the other members last published. */
    public Verdict candidacy(Snapshot now) {
        ClusterView view = now.knowledge().lastView();
        if (!now.database().is(ServerState.STANDBY) && !now.database().is(ServerState.PRIMARY)) {
            return Verdict.refuse("my server is not running");
        }
        if (FailsafeRules.isOutside(now, view, now.self())) {
            return Verdict.refuse(Reason.UNKNOWN_TO_LEADER.text());
        }
        List<Member> others = view.members().values().stream()
                .filter(member -> !member.name().equals(now.self()) && !view.isLedBy(member.name()))
                .toList();
        return asCandidate.judge(admission.apply(now.with(Peers.fromStore().ask(others))), view);
    }

    private Decision decideAtOnce(Snapshot now) {
        if (now.operation().isPresent()) {
            return WhileBusy.decide(now, now.operation().get());
        }
        if (now.knowledge() instanceof Knowledge.Seen seen) {
            return whileSeeing(now, Pledge.appliedTo(seen.view(), now.failsafe().pledge()));
        }
        return WhileBlind.decide(now);
    }

    private Decision whileSeeing(Snapshot now, ClusterView view) {
        if (now.shuttingDown()) {
            return WhileShuttingDown.decide(now, view);
        }
        Optional<Decision> done = ByOrder.outcome(now, view);
        if (done.isPresent()) {
            return done.get();
        }
        if (!now.database().hasUsableData()) {
            return WithoutData.decide(now, view);
        }
        Optional<Decision> foreign = Belonging.decide(now, view);
        if (foreign.isPresent()) {
            return foreign.get();
        }
        if (now.config().paused()) {
            return WhilePaused.decide(now, view);
        }
        if (view.isLedBy(now.self())) {
            return AsLeader.decide(now, view);
        }
        return view.isVacant() ? asCandidate.decide(now, view) : AsFollower.decide(now, view);
    }
}
