package dev.regent.testkit.contract;

import static dev.regent.ha.model.DatabaseStatus.ServerState.ABSENT;
import static dev.regent.ha.model.DatabaseStatus.ServerState.CRASHED;
import static dev.regent.ha.model.DatabaseStatus.ServerState.INCOMPLETE;
import static dev.regent.ha.model.DatabaseStatus.ServerState.PRIMARY;
import static dev.regent.ha.model.DatabaseStatus.ServerState.STANDBY;
import static dev.regent.ha.model.DatabaseStatus.ServerState.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.Replica;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.RemoteStatus;
import dev.regent.ha.model.ReplicationSlot;
import dev.regent.ha.model.SlotCare;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.model.TimelineSwitch;
import dev.regent.ha.spi.DatabaseException;
import dev.regent.ha.spi.ManagedDatabase;
import dev.regent.ha.spi.StopMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What a {@link ManagedDatabase} must do, alone and with others that replicate from it. A server's test extends this class
 * and says how to make one.
 */
public abstract class ManagedDatabaseContract extends ServerLifeContract {
    /** An interrupted operation may still have to end its child processes. */
    private static final Duration PROMPTLY = Duration.ofSeconds(5);

    /**
     * Starts cloning and interrupts it half way, when the data is incomplete; returns when it has stopped. Servers without
     * threads of their own do this in their own way.
     */
    protected void cloneAndInterrupt(ServerUnderTest target, ServerUnderTest source) throws Exception {
        FutureTask<Void> clone = new FutureTask<>(() -> {
            target.database().cloneFrom(source.asUpstream());
            return null;
        });
        Thread thread = new Thread(clone, "clone");
        thread.start();
        while (!target.database().status().is(INCOMPLETE) && !clone.isDone()) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        assertThatThrownBy(() -> clone.get(PROMPTLY.toMillis(), TimeUnit.MILLISECONDS))
                .as("an interrupted clone")
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
    }

    // Cloning

    @Test
    void aCloneIsAStoppedStandbyOfTheSameCluster() throws Exception {
        ServerUnderTest primary = primary("node-a");
        ServerUnderTest clone = server("node-b");

        clone.database().cloneFrom(primary.asUpstream());

        DatabaseStatus status = expect(clone, STOPPED);
        assertThat(status.standbyData()).isTrue();
        assertThat(status.mayAcceptWrites()).isFalse();
        assertThat(status.systemId()).isEqualTo(expect(primary, PRIMARY).systemId());
        assertThat(status.wal().timeline()).isEqualTo(1);
    }

    @Test
    void anInterruptedCloneStopsPromptlyAndLeavesIncompleteDataThatTheNextCloneReplaces() throws Exception {
        ServerUnderTest primary = primary("node-a");
        primary.insert("one");
        ServerUnderTest clone = server("node-b");

        cloneAndInterrupt(clone, primary);

        assertThat(expect(clone, INCOMPLETE).hasUsableData()).isFalse();
        clone.reopen();
        expect(clone, INCOMPLETE);
        clone.database().cloneFrom(primary.asUpstream());
        expect(clone, STOPPED);
        startStandby(clone, primary);
        awaitRow(clone, "one");
    }

    @Test
    void incompleteDataIsReplacedByANewClusterToo() throws Exception {
        ServerUnderTest primary = primary("node-a");
        ServerUnderTest clone = server("node-b");
        cloneAndInterrupt(clone, primary);

        clone.database().create();

        DatabaseStatus created = expect(clone, STOPPED);
        assertThat(created.standbyData()).isFalse();
        assertThat(created.systemId())
                .isPresent()
                .isNotEqualTo(primary.database().status().systemId());
    }

    @Test
    void cloningFromAServerThatDoesNotRunFailsAndLeavesNothingThatCouldStart() throws Exception {
        ServerUnderTest nobody = server("node-a");
        ServerUnderTest clone = server("node-b");

        assertThatThrownBy(() -> clone.database().cloneFrom(nobody.asUpstream()))
                .isInstanceOf(DatabaseException.class);

        assertThat(clone.database().status().state()).isIn(ABSENT, INCOMPLETE);
    }

    // Streaming

    @Test
    void aStandbyStreamsAndBothSidesSaySo() throws Exception {
        ServerUnderTest primary = primary("node-a");
        ServerUnderTest standby = standbyOf(primary, "node-b");
        primary.insert("one");
        awaitRow(standby, "one");

        DatabaseStatus status = expect(standby, STANDBY);
        assertThat(status.standbyData()).isTrue();
        assertThat(status.mayAcceptWrites()).isFalse();
        assertThat(status.streaming()).isTrue();
        assertThat(status.following()).contains(primary.address());
        assertThat(status.wal().timeline()).isEqualTo(1);
        assertThat(status.wal().received()).isPresent();
        assertThat(status.wal().replayed()).isPresent();
        assertThat(status.systemId()).isEqualTo(expect(primary, PRIMARY).systemId());
        Replica seen = replicaOf(primary, standby).orElseThrow();
        assertThat(seen.applicationName()).isEqualTo("node-b");
        assertThat(seen.syncState()).isEqualTo("async");
    }

    @Test
    void aStandbyIsCopiedFromAndStreamsFromAPrimaryThatIsClosedToClients() throws Exception {
        ServerUnderTest primary = primary("node-a");
        primary.database().stop(StopMode.FAST);
        primary.database().startPrimaryClosed();

        ServerUnderTest standby = standbyOf(primary, "node-b");
        primary.insert("one");
        awaitRow(standby, "one");

        assertThat(expect(primary, PRIMARY).closed()).isTrue();
        assertThat(expect(standby, STANDBY).closed()).isFalse();
    }

    @Test
    void aStandbyOutlivesItsUpstreamAndSaysThatItStreamsNoMore() throws Exception {
        ServerUnderTest primary = primary("node-a");
        ServerUnderTest standby = standbyOf(primary, "node-b");

        primary.kill();

        await("node-b streams no more", () -> !standby.database().status().streaming());
        assertThat(expect(standby, STANDBY).following()).contains(primary.address());
    }

    @Test
    void aRunningStandbyFollowsWhomeverItIsTold() throws Exception {
        ServerUnderTest primary = primary("node-a");
        ServerUnderTest middle = standbyOf(primary, "node-b");
        ServerUnderTest last = server("node-c");
        last.database().cloneFrom(primary.asUpstream());
        primary.database()
                .changeSlots(SlotChanges.creating(
                        middle.name().slotName(), last.name().slotName()));
        last.database().startStandby(Optional.of(primary.asUpstream()));
        awaitStreaming(last, primary);

        prepareSlot(middle, last);
        last.database().follow(Optional.of(middle.asUpstream()));
        awaitStreaming(last, middle);
        assertThat(expect(last, STANDBY).following()).contains(middle.address());
        primary.insert("one");
        awaitRow(last, "one");

        last.database().follow(Optional.empty());
        await("node-c streams no more", () -> !last.database().status().streaming());
        assertThat(expect(last, STANDBY).following()).isEmpty();
    }

    // Promotion, and what others can find out about it

    private static String systemId(ServerUnderTest server) {
        return server.database().status().systemId().orElseThrow();
    }

    @Test
    void aPromotedStandbyAcceptsWritesAtOnceOnANewTimelineWithAHistory() throws Exception {
        ServerUnderTest primary = primary("node-a");
        ServerUnderTest standby = standbyOf(primary, "node-b");
        primary.insert("one");
        assertThat(primary.database().ask(primary.asUpstream()))
                .contains(new RemoteStatus(systemId(primary), false, 1, List.of()));
        assertThat(primary.database().ask(standby.asUpstream()))
                .contains(new RemoteStatus(systemId(primary), true, 1, List.of()));
        primary.database().stop(StopMode.FAST);

        standby.database().promote();
        standby.insert("two");

        DatabaseStatus promoted = expect(standby, PRIMARY);
        assertThat(promoted.standbyData()).isFalse();
        assertThat(promoted.wal().timeline()).isEqualTo(2);
        List<TimelineSwitch> history = promoted.history();
        assertThat(history).extracting(TimelineSwitch::timeline).containsExactly(1);
        assertThat(history.get(0).position().value()).isPositive();
        assertThat(primary.database().ask(standby.asUpstream()))
                .contains(new RemoteStatus(systemId(standby), false, 2, history));
        assertThat(primary.database().ask(primary.asUpstream())).isEmpty();
        assertThat(standby.rows()).containsExactlyInAnyOrder("one", "two");
        awaitCheckpoint(standby);
    }

    // Rewinding

    @Test
    void aDivergedFormerPrimaryIsRewoundAndFollowsTheNewOne() throws Exception {
        ServerUnderTest former = primary("node-a");
        ServerUnderTest promoted = standbyOf(former, "node-b");
        former.insert("kept");
        awaitRow(promoted, "kept");
        promoted.database().stop(StopMode.FAST);
        former.insert("never acknowledged by a standby");
        former.kill();
        promoted.database().startStandby(Optional.empty());
        promoted.database().promote();
        promoted.insert("new");
        awaitCheckpoint(promoted);
        expect(former, CRASHED);

        former.database().rewindTo(promoted.asUpstream());

        assertThat(expect(former, STOPPED).standbyData()).isTrue();
        startStandby(former, promoted);
        awaitRow(former, "new");
        assertThat(former.rows()).containsExactlyInAnyOrder("kept", "new");
        assertThat(expect(former, STANDBY).wal().timeline()).isEqualTo(2);
    }

    @Test
    void aServerThatWasPromotedIsAStandbyAgainOnceItIsRewound() throws Exception {
        ServerUnderTest first = primary("node-a");
        ServerUnderTest second = standbyOf(first, "node-b");
        first.kill();
        second.database().promote();
        second.insert("one");
        awaitCheckpoint(second);
        first.database().rewindTo(second.asUpstream());
        startStandby(first, second);
        awaitRow(first, "one");
        second.kill();
        first.database().promote();
        first.insert("two");
        awaitCheckpoint(first);
        assertThat(expect(second, CRASHED).standbyData()).isFalse();

        second.database().rewindTo(first.asUpstream());

        assertThat(expect(second, STOPPED).standbyData()).isTrue();
        startStandby(second, first);
        awaitRow(second, "two");
        assertThat(expect(first, PRIMARY).wal().timeline()).isEqualTo(3);
    }

    @Test
    void rewindingWithoutADivergenceOnlyMakesTheDataAStandbys() throws Exception {
        ServerUnderTest former = primary("node-a");
        ServerUnderTest promoted = standbyOf(former, "node-b");
        former.insert("one");
        former.database().stop(StopMode.FAST);
        DatabaseStatus before = expect(former, STOPPED);
        promoted.database().promote();
        awaitCheckpoint(promoted);

        former.database().rewindTo(promoted.asUpstream());

        DatabaseStatus after = expect(former, STOPPED);
        assertThat(after.standbyData()).isTrue();
        assertThat(after.wal()).isEqualTo(before.wal());
        startStandby(former, promoted);
        promoted.insert("two");
        awaitRow(former, "two");
        assertThat(former.rows()).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void twoPrimariesOnTimelinesOfTheSameNumberAreNotTakenForOne() throws Exception {
        ServerUnderTest former = primary("node-a");
        ServerUnderTest promoted = standbyOf(former, "node-b");
        ServerUnderTest other = server("node-c");
        other.database().cloneFrom(former.asUpstream());
        former.kill();
        other.database().startStandby(Optional.empty());
        promoted.database().promote();
        promoted.insert("one");
        awaitCheckpoint(promoted);
        other.database().promote();
        other.insert("other");
        awaitCheckpoint(other);
        other.database().stop(StopMode.FAST);

        assertThatThrownBy(() -> other.database().rewindTo(promoted.asUpstream()))
                .isInstanceOf(DatabaseException.class);

        assertThat(expect(other, STOPPED).standbyData()).isFalse();
    }

    @Test
    void discardedDataMakesRoomForACopy() throws Exception {
        ServerUnderTest former = primary("node-a");
        ServerUnderTest other = primary("node-b");
        assertThatThrownBy(() -> former.database().discard()).isInstanceOf(DatabaseException.class);
        former.database().stop(StopMode.FAST);

        former.database().discard();

        expect(former, ABSENT);
        former.database().discard();
        expect(former, ABSENT);
        former.database().cloneFrom(other.asUpstream());
        assertThat(expect(former, STOPPED).systemId())
                .isEqualTo(other.database().status().systemId());
    }

    @Test
    void rewindingToAServerThatDoesNotRunFailsAndTheDataIsNotLost() throws Exception {
        ServerUnderTest former = primary("node-a");
        ServerUnderTest nobody = server("node-b");
        former.insert("one");
        former.database().stop(StopMode.FAST);

        assertThatThrownBy(() -> former.database().rewindTo(nobody.asUpstream()))
                .isInstanceOf(DatabaseException.class);

        assertThat(former.database().status().hasUsableData()).isTrue();
    }

    // Synchronous replication and slots

    @Test
    void synchronousStandbyNamesAreInForceWhenTheCallReturnsAndAfterARestart() throws Exception {
        ServerUnderTest primary = primary("node-a");
        ServerUnderTest standby = standbyOf(primary, "node-b");
        assertThat(expect(primary, PRIMARY).synchronousStandbyNames()).isEmpty();

        primary.database().setSynchronousStandbyNames("\"node-b\"");

        assertThat(expect(primary, PRIMARY).synchronousStandbyNames()).isEqualTo("\"node-b\"");
        await(
                "node-b is synchronous",
                () -> replicaOf(primary, standby)
                        .filter(replica -> replica.syncState().equals("sync"))
                        .isPresent());
        primary.database().stop(StopMode.FAST);
        primary.database().startPrimary();
        assertThat(expect(primary, PRIMARY).synchronousStandbyNames()).isEqualTo("\"node-b\"");
        primary.database().setSynchronousStandbyNames("");
        assertThat(expect(primary, PRIMARY).synchronousStandbyNames()).isEmpty();
    }

    @Test
    void slotsAreMadeAndDroppedAsTold() throws Exception {
        ServerUnderTest primary = primary("node-a");

        primary.database().changeSlots(SlotChanges.creating("node_b", "node_c"));
        assertThat(primary.database().status().slots()).containsOnlyKeys("node_b", "node_c");
        primary.database()
                .changeSlots(new SlotChanges(
                        Set.of("node_c"),
                        SlotChanges.creating("node_b", "node_d").create()));
        assertThat(primary.database().status().slots()).containsOnlyKeys("node_b", "node_d");

        primary.database().changeSlots(SlotChanges.dropping("node_b", "node_d", "never_there"));
        assertThat(primary.database().status().slots()).isEmpty();
    }

    @Test
    void aStandbyKeepsSlotsForOthersAndAdvancesThem() throws Exception {
        ServerUnderTest primary = primary("node-a");
        ServerUnderTest standby = standbyOf(primary, "node-b");
        standby.database().changeSlots(SlotChanges.creating("node_c"));
        Lsn before = slot(standby, "node_c").position();
        primary.insert("one");
        await("node-b has the row", () -> standby.rows().contains("one"));
        Lsn beyond = new Lsn(expect(primary, PRIMARY).wal().position().value() + 1_000_000);

        await("the slot has moved, and no further than it may", () -> {
            standby.database().tendSlots(new SlotCare(Map.of("node_c", beyond), Optional.empty()));
            ReplicationSlot now = slot(standby, "node_c");
            return now.position().compareTo(before) >= 0 && now.position().equals(now.limit());
        });
    }

    private static ReplicationSlot slot(ServerUnderTest server, String name) throws Exception {
        return Objects.requireNonNull(server.database().status().slots().get(name));
    }
}
