package dev.regent.ha.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.FailsafeState;
import dev.regent.ha.decision.Knowledge;
import dev.regent.ha.decision.NodeOrders;
import dev.regent.ha.decision.PossibleLoss;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.event.HaEvent;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.model.Tags;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
    private static final NodeName SELF = NodeName.of("n1");
    private static final Decision FOLLOWS = waiting(Reason.FOLLOWING);
    private static final Decision DIVERGED = waiting(Reason.DIVERGED_AND_CANNOT_REWIND);
    private static final Decision STARTS = waiting(Reason.SERVER_STARTING);

    private final List<HaEvent> events = new ArrayList<>();
    private final Announcements announcements = new Announcements(SELF, events::add);

    @Test
    void aPersonIsCalledOnceHoweverOftenTheNodeLooks() {
        decide(DIVERGED, DIVERGED, STARTS, DIVERGED);

        assertThat(calls())
                .singleElement()
                .satisfies(call -> assertThat(call.remedy().text())
                        .isEqualTo("copy the leader's data anew: regentctl reinit orders n1"));
    }

    @Test
    void aPersonIsCalledAgainForAnotherThingAndAfterAllWasWell() {
        decide(DIVERGED, waiting(Reason.UNREADABLE_DATA), DIVERGED);
        assertThat(calls()).hasSize(3);

        decide(FOLLOWS, DIVERGED);
        assertThat(calls()).hasSize(4);
    }

    @Test
    void whatIsDecidedIsToldWhenItIsNews() {
        decide(FOLLOWS, FOLLOWS, STARTS, FOLLOWS);

        assertThat(events)
                .containsExactly(
                        new HaEvent.Decided(SELF, FOLLOWS),
                        new HaEvent.Decided(SELF, STARTS),
                        new HaEvent.Decided(SELF, FOLLOWS));
    }

    @Test
    void whatANewLeaderMayLackIsTold() {
        PossibleLoss loss = new PossibleLoss(1, Optional.empty(), Optional.empty(), false);

        announcements.leads(Optional.empty());
        announcements.leads(Optional.of(loss));

        assertThat(events).containsExactly(new HaEvent.MayLackCommits(SELF, loss));
    }

    private void decide(Decision... decisions) {
        for (Decision decision : decisions) {
            announcements.decided(snapshot(), decision);
        }
    }

    private List<HaEvent.NeedsPerson> calls() {
        return events.stream()
                .filter(HaEvent.NeedsPerson.class::isInstance)
                .map(HaEvent.NeedsPerson.class::cast)
                .toList();
    }

    private static Decision waiting(Reason reason) {
        return Decision.of(Action.FINISH, reason);
    }

    private static Snapshot snapshot() {
        return new Snapshot(
                new NodeSettings(
                        "orders", SELF, "postgres://n1:5432/postgres", Optional.empty(), Tags.NONE, Optional.empty()),
                new Knowledge.Seen(ClusterView.EMPTY),
                DatabaseStatus.of(ServerState.STANDBY),
                Duration.ZERO,
                Optional.empty(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                HaConfig.DEFAULT,
                Optional.empty(),
                Duration.ZERO,
                Optional.empty(),
                NodeOrders.NONE,
                Optional.empty(),
                FailsafeState.NONE,
                OffsetDateTime.parse("2031-03-01T12:00:00Z"));
    }
}
