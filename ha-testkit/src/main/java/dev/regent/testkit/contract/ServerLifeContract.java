package dev.regent.testkit.contract;

import static dev.regent.ha.model.DatabaseStatus.ServerState.ABSENT;
import static dev.regent.ha.model.DatabaseStatus.ServerState.CRASHED;
import static dev.regent.ha.model.DatabaseStatus.ServerState.PRIMARY;
import static dev.regent.ha.model.DatabaseStatus.ServerState.STANDBY;
import static dev.regent.ha.model.DatabaseStatus.ServerState.STOPPED;
import static dev.regent.ha.model.DatabaseStatus.ServerState.UNRESPONSIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.spi.DatabaseException;
import dev.regent.ha.spi.StopMode;
import dev.regent.ha.spi.Subscription;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What one server must do on its own: be created, started, stopped, killed, adopted, and tell the truth throughout. */
abstract class ServerLifeContract extends ServerFixture {
    /** What status() may take: about a second, and what a loaded test machine adds. */
    private static final Duration STATUS_LIMIT = Duration.ofMillis(1500);

    private static final Duration AT_ONCE = Duration.ofSeconds(1);
    private static final Duration STOP_OF_A_FROZEN_SERVER = Duration.ofSeconds(20);

    private static final Map<StopMode, ServerState> LEFT_BY = Map.of(
            StopMode.GRACEFUL, STOPPED,
            StopMode.FAST, STOPPED,
            StopMode.IMMEDIATE, CRASHED);

    @Test
    void aServerWithoutDataIsAbsentAndStoppingItDoesNothing() throws Exception {
        ServerUnderTest server = server("node-a");

        DatabaseStatus status = expect(server, ABSENT);
        assertThat(status.systemId()).isEmpty();
        for (StopMode mode : StopMode.values()) {
            server.database().stop(mode);
        }
        expect(server, ABSENT);
    }

    @Test
    void creatingLeavesAStoppedServerOfANewClusterThatNoOtherCreationTouches() throws Exception {
        ServerUnderTest server = server("node-a");
        server.database().create();

        DatabaseStatus created = expect(server, STOPPED);
        assertThat(created.systemId()).isPresent();
        assertThat(created.standbyData()).isFalse();
        assertThat(created.wal().timeline()).isEqualTo(1);
        assertThat(created.wal().isKnown()).isTrue();

        assertThatThrownBy(() -> server.database().create()).isInstanceOf(DatabaseException.class);
        assertThat(expect(server, STOPPED).systemId()).isEqualTo(created.systemId());
    }

    @Test
    void aStartedPrimaryAcceptsWritesAndItsPositionMovesOn() throws Exception {
        ServerUnderTest server = primary("node-a");

        DatabaseStatus started = expect(server, PRIMARY);
        assertThat(started.mayAcceptWrites()).isTrue();
        assertThat(started.systemId()).isPresent();
        assertThat(started.wal().timeline()).isEqualTo(1);
        assertThat(started.replicas()).isEmpty();
        assertThat(started.facts().serverVersion()).isPositive();
        Lsn before = started.wal().position();
        server.insert("one");

        assertThat(server.rows()).containsExactly("one");
        await(
                "the position to move",
                () -> expect(server, PRIMARY).wal().position().isAfter(before));
    }

    @Test
    void eachWayToStopLeavesTheStateThatItPromisesAndTheRowsThatWereCommitted() throws Exception {
        ServerUnderTest server = primary("node-a");
        for (StopMode mode : StopMode.values()) {
            server.insert(mode.name());

            server.database().stop(mode);
            assertThat(server.database().status().state()).as("after %s", mode).isEqualTo(LEFT_BY.get(mode));
            server.database().stop(mode);
            server.database().startPrimary();

            assertThat(server.rows()).as("after %s", mode).contains(mode.name());
        }
    }

    @Test
    void aKilledServerIsCrashedAndItsOwnerIsToldAtOnce() throws Exception {
        ServerUnderTest server = primary("node-a");
        server.insert("one");
        CountDownLatch told = toldOfTheEndOf(server);

        server.kill();

        assertThat(told.await(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS))
                .as("told at once")
                .isTrue();
        assertThat(expect(server, CRASHED).isRunning()).isFalse();
        server.database().startPrimary();
        assertThat(server.rows()).containsExactly("one");
    }

    @Test
    void nobodyIsToldAnythingWhoHasClosedTheSubscription() throws Exception {
        ServerUnderTest server = primary("node-a");
        CountDownLatch told = new CountDownLatch(1);
        server.database().onChange(told::countDown).close();

        server.kill();
        await("the crash", () -> server.database().status().is(CRASHED));

        assertThat(told.getCount()).isEqualTo(1);
    }

    @Test
    void statusAnswersInTimeInEveryState() throws Exception {
        ServerUnderTest server = server("node-a");
        assertThat(timedState(server)).isEqualTo(ABSENT);
        server.database().create();
        assertThat(timedState(server)).isEqualTo(STOPPED);
        server.database().startPrimary();
        assertThat(timedState(server)).isEqualTo(PRIMARY);

        server.freeze();
        await("the frozen server is found out", () -> timedState(server) == UNRESPONSIVE);
        server.thaw();
        await("the server answers again", () -> timedState(server) == PRIMARY);
        server.kill();
        await("the crash", () -> timedState(server) == CRASHED);
    }

    @Test
    void aFrozenServerCanBeStoppedAllTheSame() throws Exception {
        ServerUnderTest server = primary("node-a");
        server.freeze();

        Stopwatch stopwatch = Stopwatch.started();
        server.database().stop(StopMode.IMMEDIATE);

        assertThat(stopwatch.elapsed()).isLessThan(STOP_OF_A_FROZEN_SERVER);
        expect(server, CRASHED);
        server.database().startPrimary();
        expect(server, PRIMARY);
    }

    @Test
    void aServerOutlivesItsOwnerAndIsAdoptedByTheNext() throws Exception {
        ServerUnderTest server = primary("node-a");
        server.insert("one");

        server.reopen();

        expect(server, PRIMARY);
        assertThat(server.rows()).containsExactly("one");
        CountDownLatch told = toldOfTheEndOf(server);
        server.kill();
        assertThat(told.await(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS))
                .as("told at once")
                .isTrue();
        expect(server, CRASHED);
    }

    @Test
    void anAdoptedServerCanBeStoppedAndStarted() throws Exception {
        ServerUnderTest server = primary("node-a");
        server.reopen();

        server.database().stop(StopMode.FAST);
        expect(server, STOPPED);
        server.reopen();
        expect(server, STOPPED);
        server.database().startPrimary();
        expect(server, PRIMARY);
    }

    @Test
    void theDataOfAFormerPrimaryStartsAsAStandby() throws Exception {
        ServerUnderTest server = primary("node-a");
        server.insert("one");
        server.database().stop(StopMode.FAST);

        server.database().startStandby(Optional.empty());

        DatabaseStatus status = expect(server, STANDBY);
        assertThat(status.standbyData()).isTrue();
        assertThat(status.mayAcceptWrites()).isFalse();
        assertThat(status.streaming()).isFalse();
        assertThat(status.following()).isEmpty();
        assertThat(server.rows()).containsExactly("one");
    }

    @Test
    void aPrimaryThatIsStartedClosedKeepsClientsOutUntilItIsOpened() throws Exception {
        ServerUnderTest server = primary("node-a");
        server.insert("one");
        assertThat(expect(server, PRIMARY).closed()).isFalse();
        assertThat(server.letsClientsIn()).isTrue();
        server.database().stop(StopMode.FAST);

        server.database().startPrimaryClosed();

        assertThat(expect(server, PRIMARY).closed()).isTrue();
        assertThat(server.letsClientsIn()).isFalse();
        assertThat(server.rows()).containsExactly("one");
        server.reopen();
        assertThat(expect(server, PRIMARY).closed())
                .as("closed, to the next owner")
                .isTrue();
        assertThat(server.letsClientsIn()).isFalse();

        server.database().openToClients();
        assertThat(expect(server, PRIMARY).closed()).isFalse();
        assertThat(server.letsClientsIn()).isTrue();
        server.database().openToClients();
        assertThat(server.letsClientsIn()).isTrue();
    }

    @Test
    void whatWasClosedIsOpenAfterItsNextStart() throws Exception {
        ServerUnderTest server = primary("node-a");
        assertThat(server.letsClientsIn()).isTrue();
        server.database().stop(StopMode.FAST);
        server.database().startPrimaryClosed();
        server.database().stop(StopMode.FAST);

        server.database().startPrimary();
        assertThat(expect(server, PRIMARY).closed()).isFalse();
        assertThat(server.letsClientsIn()).isTrue();

        server.database().stop(StopMode.FAST);
        server.database().startPrimaryClosed();
        server.database().stop(StopMode.FAST);
        server.database().startStandby(Optional.empty());
        assertThat(expect(server, STANDBY).closed()).isFalse();
        assertThat(server.letsClientsIn()).isTrue();
    }

    private static CountDownLatch toldOfTheEndOf(ServerUnderTest server) {
        CountDownLatch told = new CountDownLatch(1);
        Subscription subscription = server.database().onChange(() -> {
            if (!server.database().status().isRunning()) {
                told.countDown();
            }
        });
        assertThat(subscription).isNotNull();
        return told;
    }

    private static ServerState timedState(ServerUnderTest server) {
        Stopwatch stopwatch = Stopwatch.started();
        ServerState state = server.database().status().state();
        assertThat(stopwatch.elapsed()).as("status() in %s", state).isLessThan(STATUS_LIMIT);
        return state;
    }
}
