package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LiveDatabaseTest {
    private final AtomicReference<Duration> time = new AtomicReference<>(Duration.ofHours(1));
    private final FakeNode node = new FakeNode("pg-b");
    private final LiveDatabase database = new LiveDatabase(node, time::get, Duration.ofSeconds(10));
    private final LiveDatabase impatient = new LiveDatabase(node, time::get);

    @Test
    void aBurstOfHealthChecksAsksTheServerOnce() {
        for (int i = 0; i < 1000; i++) {
            database.recent();
        }

        assertThat(node.questions).hasValue(1);
    }

    @Test
    void anAnswerIsUsedForAMomentOnly() {
        database.recent();
        pass(LiveDatabase.FRESH);
        database.recent();
        assertThat(node.questions).hasValue(1);

        pass(Duration.ofMillis(1));
        database.recent();
        assertThat(node.questions).hasValue(2);
    }

    @Test
    void whatTheNodeHasJustSeenIsUsedAtOnce() {
        database.recent();
        pass(Duration.ofMillis(20));
        node.looked(Orders.primary(), Duration.ofMillis(1));

        assertThat(database.recent().state()).isEqualTo(ServerState.PRIMARY);
        assertThat(node.questions).hasValue(1);
    }

    @Test
    void whatTheNodeSawBeforeTheServerWasAskedDoesNotCount() {
        node.looked(Orders.primary(), Duration.ofMillis(10)).asked(Orders::standby);
        database.now();

        assertThat(database.recent().state()).isEqualTo(ServerState.STANDBY);
    }

    @Test
    void whoAsksForNowIsNeverGivenThePast() {
        database.now();
        database.now();

        assertThat(node.questions).hasValue(2);
    }

    @Test
    void aServerThatHangsHoldsUpNobodyForLong() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        node.looked(Orders.primary(), Duration.ofSeconds(1)).asked(() -> {
            asked.countDown();
            awaited(hangs);
            return DatabaseStatus.of(ServerState.UNRESPONSIVE);
        });
        CompletableFuture<DatabaseStatus> first = request();
        awaited(asked);

        List<CompletableFuture<DatabaseStatus>> others = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            others.add(request());
        }

        for (CompletableFuture<DatabaseStatus> other : others) {
            assertThat(other.get(10, TimeUnit.SECONDS).state()).isEqualTo(ServerState.PRIMARY);
        }
        assertThat(first.get(10, TimeUnit.SECONDS).state()).isEqualTo(ServerState.PRIMARY);
        assertThat(node.questions).hasValue(1);
        hangs.countDown();
    }

    @Test
    void aServerThatHangsBeforeTheNodeHasLookedIsUnresponsive() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        node.beforeFirstLook().asked(() -> {
            asked.countDown();
            awaited(hangs);
            return Orders.standby();
        });
        CompletableFuture<DatabaseStatus> first = request();
        awaited(asked);

        assertThat(impatient.recent().state()).isEqualTo(ServerState.UNRESPONSIVE);
        assertThat(first.get(10, TimeUnit.SECONDS).state()).isEqualTo(ServerState.UNRESPONSIVE);
        hangs.countDown();
    }

    private CompletableFuture<DatabaseStatus> request() {
        return CompletableFuture.supplyAsync(
                impatient::recent, task -> DaemonThreads.named("request", task).start());
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private void pass(Duration duration) {
        time.updateAndGet(now -> now.plus(duration));
    }
}
