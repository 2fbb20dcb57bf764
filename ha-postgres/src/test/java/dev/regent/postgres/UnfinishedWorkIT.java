package dev.regent.postgres;

import static dev.regent.ha.model.DatabaseStatus.ServerState.CRASHED;
import static dev.regent.ha.model.DatabaseStatus.ServerState.INCOMPLETE;
import static dev.regent.ha.model.DatabaseStatus.ServerState.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.spi.DatabaseException;
import dev.regent.ha.spi.StopMode;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copying and rewinding are cut short at the worst moments. */
class UnfinishedWorkIT {
    private RealServer source;
    private RealServer target;
    private Thread rewinding;

    @BeforeEach
    void createServers() throws Exception {
        source = RealServer.withData("node-a");
        source.database().startPrimary();
        target = RealServer.create("node-b");
    }

    @AfterEach
    void closeServers() throws Exception {
        source.close();
        target.close();
    }

    @Test
    void theNextOwnerEndsTheCopyThatAKilledOneLeftRunningAndBeginsAnew() throws Exception {
        try (ForkedAgent agent = ForkedAgent.of(target)) {
            agent.begin("clone " + source.settings().port());
            ProcessHandle copying = freezeTool(target, "pg_basebackup");
            agent.kill();
            target.reopen();

            DatabaseStatus status = target.database().status();
            assertThat(status.state()).isEqualTo(INCOMPLETE);
            assertThat(status.problem().orElseThrow())
                    .contains("a copy of source")
                    .contains("never finished");
            assertThatThrownBy(() -> target.database().startStandby(Optional.empty()))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("must be copied anew");
            target.database().cloneFrom(source.asUpstream());

            assertThat(target.processes().living()).doesNotContain(copying);
            assertThat(target.database().status().state()).isEqualTo(STOPPED);
        }
    }

    @Test
    void aRewindThatHasBegunToChangeTheDataLeavesItIncomplete() throws Exception {
        diverge();
        FutureTask<Void> rewind = rewindInAThreadOfItsOwn();

        freezeToolWhen("pg_rewind", log -> log.contains("need to copy"), rewind);
        interrupt(rewind);

        assertThat(target.database().status().state()).isEqualTo(INCOMPLETE);
        target.database().cloneFrom(source.asUpstream());
        assertThat(aside(target, 1))
                .as("what may hold the last copy of something")
                .isDirectoryContaining("glob:**PG_VERSION");
        follow(target, source);
    }

    @Test
    void aRewindThatHasChangedNothingYetLeavesTheDataUsable() throws Exception {
        diverge();
        FutureTask<Void> rewind = rewindInAThreadOfItsOwn();

        freezeToolWhen("pg_rewind", log -> true, rewind);
        boolean changing = Files.readString(log("pg_rewind")).contains("need to copy");
        interrupt(rewind);

        assertThat(target.database().status().is(INCOMPLETE)).isEqualTo(changing);
        if (!changing) {
            target.database().rewindTo(source.asUpstream());
            follow(target, source);
        }
    }

    @Test
    void aStandbyThatHasReceivedWhatTheNewPrimaryLacksAndCrashedIsRewoundToo() throws Exception {
        follow(target, source);
        try (RealServer promoted = RealServer.create("node-c")) {
            promoted.database().cloneFrom(source.asUpstream());
            source.insert("never received by node-c");
            RealServer.await("the row", () -> !target.rows().isEmpty());
            source.kill();
            promoted.database().startStandby(Optional.empty());
            promoted.database().promote();
            promoted.insert("kept");
            target.kill();
            assertThat(target.database().status().state()).isEqualTo(CRASHED);

            target.database().rewindTo(promoted.asUpstream());

            assertThat(target.database().status().state()).isEqualTo(STOPPED);
            follow(target, promoted);
            RealServer.await("the row", () -> target.rows().equals(List.of("kept")));
        }
    }

    @Test
    void aCopyThatLacksWalToRecoverFromIsNotWaitedForForEver() throws Exception {
        target.database().cloneFrom(source.asUpstream());
        try (DirectoryStream<Path> wal =
                Files.newDirectoryStream(target.dataDir().resolve("pg_wal"), "0*")) {
            for (Path segment : wal) {
                Files.delete(segment);
            }
        }

        assertThatThrownBy(() -> target.database().rewindTo(source.asUpstream()))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("some is missing");

        assertThat(target.processes().living()).isEmpty();
    }

    @Test
    void aStandbyStreamsSoonAfterItsUpstreamHasMadeASlotForItAndNotOnlyAtTheNextTry() throws Exception {
        target.database().cloneFrom(source.asUpstream());
        target.database().startStandby(Optional.of(source.asUpstream()));
        Path log = target.settings().workDir().resolve("server.log");
        RealServer.await(
                "the first attempt to fail",
                () -> Files.readString(log).contains("replication slot \"node_b\" does not exist"));

        source.database().changeSlots(SlotChanges.creating(target.name().slotName()));

        long created = Poll.now();
        RealServer.await("streaming", () -> target.database().status().streaming());
        assertThat(Poll.since(created)).isLessThan(Duration.ofSeconds(3));
    }

    /** The target has led, and was killed with a row of its own; the source leads now. */
    private void diverge() throws Exception {
        follow(target, source);
        source.database().stop(StopMode.FAST);
        target.database().promote();
        follow(source, target);
        source.database().stop(StopMode.FAST);
        target.insert("only here");
        target.kill();
        source.database().startStandby(Optional.empty());
        source.database().promote();
        // Enough to copy that the rewind does not end before it can be stopped
        source.execute("CREATE TABLE large AS SELECT n, repeat('x', 500) FROM generate_series(1, 100000) n");
    }

    private static void follow(RealServer standby, RealServer upstream) throws Exception {
        if (!standby.database().status().hasUsableData()) {
            standby.database().cloneFrom(upstream.asUpstream());
        }
        upstream.database().changeSlots(SlotChanges.creating(standby.name().slotName()));
        standby.database().startStandby(Optional.of(upstream.asUpstream()));
        RealServer.await("streaming", () -> standby.database().status().streaming());
    }

    private static Path aside(RealServer server, int number) {
        return Path.of(server.dataDir() + Aside.MARK + number);
    }

    private FutureTask<Void> rewindInAThreadOfItsOwn() {
        FutureTask<Void> rewind = new FutureTask<>(() -> {
            target.database().rewindTo(source.asUpstream());
            return null;
        });
        rewinding = new Thread(rewind, "rewind");
        rewinding.start();
        return rewind;
    }

    private void interrupt(FutureTask<Void> work) {
        rewinding.interrupt();
        assertThatThrownBy(() -> work.get(5, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
    }

    /** Lets the tool go on for moments only, so that it cannot end between two looks at it. */
    private void freezeToolWhen(String tool, Predicate<String> log, FutureTask<Void> work) throws Exception {
        while (true) {
            assertThat(work.isDone())
                    .as("%s ended before it could be stopped", tool)
                    .isFalse();
            Optional<ProcessHandle> running = running(target, tool);
            if (running.isPresent()) {
                Signals.send("STOP", running.get());
                if (log.test(Files.readString(log(tool)))) {
                    return;
                }
                Signals.send("CONT", running.get());
            }
        }
    }

    private Path log(String tool) {
        return target.settings().workDir().resolve(tool + ".log");
    }

    private static ProcessHandle freezeTool(RealServer server, String tool) throws Exception {
        RealServer.await(tool, () -> running(server, tool).isPresent());
        ProcessHandle process = running(server, tool).orElseThrow();
        Signals.send("STOP", process);
        return process;
    }

    private static Optional<ProcessHandle> running(RealServer server, String tool) {
        return server.processes().living().stream()
                .filter(process -> process.info().command().orElse("").endsWith(tool))
                .findFirst();
    }
}
