package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.SnapshotBuilder.SELF;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;

import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.Lsn;
import dev.regent.testkit.decision.Situation.Asked;
import dev.regent.testkit.decision.Situation.Leaving;
import dev.regent.testkit.decision.Situation.Others;
import dev.regent.testkit.decision.Situation.Pause;
import dev.regent.testkit.decision.Situation.Server;
import dev.regent.testkit.decision.Situation.Session;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The facts on which decisions turn in a cluster with {@code failsafe_mode}. Immutable. */
record FailsafeSituation(
        Sight sight,
        Leaving leaving,
        Pause pause,
        Word word,
        Entry entry,
        Server server,
        Session session,
        Members members,
        Asked asked,
        Others others) {

    enum Sight {
        BLIND,
        MINE,
        EARLIER_LIFE,
        OTHER,
        VACANT
    }

    /** What this node has promised: nothing, something to another primary, or perhaps something in an earlier life. */
    enum Word {
        FREE,
        GIVEN,
        MAYBE_GIVEN
    }

    /** Whether the failsafe entry names this node. */
    enum Entry {
        NAMED,
        NOT_NAMED
    }

    /** What the members have said to a primary that asked them because the store does not answer. */
    enum Members {
        NOT_ASKED,
        AGREE,
        REFUSE
    }

    private static final String OTHER = "b";
    private static final int TIMELINE = 4;
    private static final Lsn SWITCHED_AT = new Lsn(ServerBuilder.POSITION.value() + 1);

    static final List<Class<? extends Enum<?>>> FACTS = List.of(
            Sight.class,
            Leaving.class,
            Pause.class,
            Word.class,
            Entry.class,
            Server.class,
            Session.class,
            Members.class,
            Asked.class,
            Others.class);

    static Stream<FailsafeSituation> all() {
        return DecisionTable.product(FACTS).map(FailsafeSituation::of).filter(FailsafeSituation::isPossible);
    }

    private static FailsafeSituation of(List<Enum<?>> facts) {
        return new FailsafeSituation(
                (Sight) facts.get(0),
                (Leaving) facts.get(1),
                (Pause) facts.get(2),
                (Word) facts.get(3),
                (Entry) facts.get(4),
                (Server) facts.get(5),
                (Session) facts.get(6),
                (Members) facts.get(7),
                (Asked) facts.get(8),
                (Others) facts.get(9));
    }

    List<Enum<?>> facts() {
        return List.of(sight, leaving, pause, word, entry, server, session, members, asked, others);
    }

    /** As in the table without the mode; and only a primary that is blind asks the members. */
    private boolean isPossible() {
        boolean blind = sight == Sight.BLIND;
        boolean mayLead = blind || sight == Sight.MINE;
        boolean open = server == Server.PRIMARY || server == Server.SILENT_P || server == Server.STARTING_P;
        return server.hasData()
                && (session == Session.SHORT || mayLead)
                && (members == Members.NOT_ASKED || (blind && open))
                && (!blind || (asked == Asked.NOBODY && others == Others.SILENT));
    }

    Snapshot snapshot() {
        SnapshotBuilder now = aSnapshot()
                .server(server::describe)
                .view(facts -> facts.timelineEnded(TIMELINE - 1, SWITCHED_AT))
                .member(other());
        describeSight(now);
        describeFailsafe(now);
        describeRest(now);
        return now.build();
    }

    private MemberBuilder other() {
        MemberBuilder other = MemberBuilder.aMember(OTHER);
        return sight == Sight.OTHER
                ? other.primary().at(TIMELINE + 1, ServerBuilder.POSITION)
                : other.at(TIMELINE, ServerBuilder.POSITION);
    }

    private void describeSight(SnapshotBuilder now) {
        switch (sight) {
            case BLIND -> now.blind().view(facts -> facts.leader(SELF, true));
            case MINE -> now.leading();
            case EARLIER_LIFE -> now.ledByEarlierLife();
            case OTHER -> now.ledBy(OTHER).view(facts -> facts.timelineEnded(TIMELINE, SWITCHED_AT));
            case VACANT -> now.vacantFor(Duration.ofSeconds(1));
        }
        now.sessionLeft(session == Session.LONG ? Duration.ofSeconds(20) : Duration.ZERO);
    }

    private void describeFailsafe(SnapshotBuilder now) {
        switch (entry) {
            case NAMED -> now.failsafe(SELF, OTHER);
            case NOT_NAMED -> now.failsafe(OTHER);
        }
        switch (word) {
            case FREE -> {}
            case GIVEN -> now.pledgedTo(OTHER, Duration.ofSeconds(9));
            case MAYBE_GIVEN -> now.mayHavePledged(Duration.ofSeconds(9));
        }
        switch (members) {
            case NOT_ASKED -> {}
            case AGREE -> now.livingByMembers();
            case REFUSE -> now.objecting(OTHER, "no answer in time");
        }
    }

    private void describeRest(SnapshotBuilder now) {
        switch (asked) {
            case NOBODY -> {}
            case ME -> now.failoverTo(SELF);
            case OTHER -> now.failoverTo(OTHER);
        }
        if (pause == Pause.PAUSE) {
            now.paused();
        }
        if (leaving == Leaving.LEAVE) {
            now.shuttingDown();
        }
        if (others == Others.FIT) {
            now.answering(OTHER);
        } else {
            now.silent(OTHER);
        }
    }
}
