package dev.regent.dcs.etcd;

import static dev.regent.ha.spi.Expected.ABSENT;
import static dev.regent.ha.spi.Expected.ANYTHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.model.Address;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Session;
import dev.regent.testkit.process.EtcdCluster;
import dev.regent.testkit.process.EtcdServer;
import dev.regent.testkit.process.TcpProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What members of a real etcd cluster can do to a client: die, freeze, come back. */
final class MemberLossIT {
    private static final Duration CALL_LIMIT = Duration.ofMillis(1500);
    private static final Duration SHARE = CALL_LIMIT.dividedBy(3);
    private static final Duration SLACK = Duration.ofMillis(400);
    private static final Duration TTL = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static EtcdCluster etcd;
    private static int clusters;

    private EtcdServer inUse;
    private EtcdDcs dcs;
    private String prefix;

    @BeforeAll
    static void startEtcd() throws Exception {
        etcd = EtcdCluster.ofThree();
    }

    @AfterAll
    static void stopEtcd() throws Exception {
        etcd.close();
    }

    @BeforeEach
    void useAFollower() throws Exception {
        EtcdServer leader = Gateway.leaderOf(etcd);
        inUse = etcd.members().stream()
                .filter(member -> !member.equals(leader))
                .findFirst()
                .orElseThrow();
        prefix = "/service/loss" + clusters++ + "/";
        dcs = clientOf(inUse);
    }

    @AfterEach
    void repair() throws Exception {
        dcs.close();
        for (EtcdServer member : etcd.members()) {
            if (member.isAlive()) {
                member.thaw();
            }
        }
        etcd.restart();
    }

    /** A client whose first endpoint is the given member, connected to it. */
    private EtcdDcs clientOf(EtcdServer first) throws DcsException {
        String[] endpoints = Stream.concat(Stream.of(first), etcd.members().stream())
                .map(EtcdServer::endpoint)
                .toArray(String[]::new);
        EtcdDcs client = EtcdDcs.open(EtcdOptions.of(prefix, endpoints).withCallTimeout(CALL_LIMIT));
        client.read();
        return client;
    }

    @Test
    void aKilledMemberCostsNoRenewalAndNoCallAfterIt() throws Exception {
        Session session = dcs.openSession(TTL);
        inUse.kill();

        assertThat(session.renew()).isTrue();
        assertThat(session.write("leader", "a", ABSENT)).isTrue();
        assertThat(dcs.read().byKey()).containsKey("leader");
    }

    @Test
    void aFrozenMemberCostsAReadOrARenewalOneShareOfTheLimit() throws Exception {
        Session session = dcs.openSession(TTL);
        inUse.freeze();

        assertThat(timed(session::renew)).isBetween(SHARE, SHARE.plus(SLACK));
        assertThat(timed(dcs::read)).isLessThan(SLACK);
        assertThat(timed(() -> session.write("leader", "a", ABSENT))).isLessThan(SLACK);
    }

    @Test
    void aWriteThatAFrozenMemberMayHaveReceivedFailsAndTheNextOneGoesElsewhere() throws Exception {
        inUse.freeze();

        assertThatThrownBy(() -> dcs.write("config", "{}", ABSENT))
                .isInstanceOf(DcsException.class)
                .hasMessageContaining(inUse.endpoint())
                .hasMessageContaining("unknown until the next read");
        assertThat(dcs.write("config", "{}", ANYTHING)).isTrue();
    }

    @Test
    void aWriteThatAFrozenMemberCannotHaveReceivedGoesElsewhere() throws Exception {
        inUse.freeze();
        try (EtcdDcs fresh = EtcdDcs.open(
                EtcdOptions.of(prefix, inUse.endpoint(), other().endpoint()).withCallTimeout(CALL_LIMIT))) {
            assertThat(fresh.write("config", "{}", ABSENT)).isTrue();
        }
    }

    @Test
    void aWriteWhoseAnswerIsLostFailsAndShowsInTheNextRead() throws Exception {
        try (TcpProxy network = TcpProxy.to(new Address("127.0.0.1", inUse.port()));
                EtcdDcs client = EtcdDcs.open(EtcdOptions.of(prefix, "http://" + network.address(), other().endpoint())
                        .withCallTimeout(CALL_LIMIT))) {
            client.read();
            network.set(TcpProxy.Mode.STALL_REPLIES);

            assertThatThrownBy(() -> client.write("config", "{}", ABSENT)).isInstanceOf(DcsException.class);

            assertThat(client.read().byKey()).containsKey("config");
            assertThat(client.write("config", "{}", ABSENT)).isFalse();
        }
    }

    @Test
    void aNetworkThatSwallowsEverythingCostsAReadOneShareOfTheLimit() throws Exception {
        try (TcpProxy network = TcpProxy.to(new Address("127.0.0.1", inUse.port()));
                EtcdDcs client = EtcdDcs.open(
                        EtcdOptions.of(prefix, "http://" + network.address(), inUse.endpoint(), other().endpoint())
                                .withCallTimeout(CALL_LIMIT))) {
            client.read();
            network.set(TcpProxy.Mode.STALL);

            assertThat(timed(client::read)).isBetween(SHARE, SHARE.plus(SLACK));
        }
    }

    @Test
    void renewalsContinueAndTheEntrySurvivesWhileMembersAreLostOneAfterTheOther() throws Exception {
        Session session = dcs.openSession(TTL);
        assertThat(session.write("leader", "a", ABSENT)).isTrue();
        List<String> lost = new ArrayList<>();
        CompletableFuture<Void> trouble = CompletableFuture.runAsync(() -> killAndFreezeInTurn());

        long lastRenewal = System.nanoTime();
        Duration longestGap = Duration.ZERO;
        while (!trouble.isDone()) {
            try {
                assertThat(session.renew()).isTrue();
                Duration gap = Duration.ofNanos(System.nanoTime() - lastRenewal);
                longestGap = gap.compareTo(longestGap) > 0 ? gap : longestGap;
                lastRenewal = System.nanoTime();
            } catch (DcsException unknown) {
                lost.add(unknown.getMessage());
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        trouble.join();

        assertThat(longestGap).as("gap between renewals, lost: %s", lost).isLessThan(TTL);
        assertThat(dcs.read().get("leader").orElseThrow().session()).contains(session.id());
    }

    private void killAndFreezeInTurn() {
        try {
            inUse.kill();
            TimeUnit.SECONDS.sleep(1);
            inUse.restart();
            EtcdServer leader = Gateway.leaderOf(etcd);
            leader.freeze();
            TimeUnit.SECONDS.sleep(4);
            leader.thaw();
            TimeUnit.SECONDS.sleep(1);
            EtcdServer next = Gateway.leaderOf(etcd);
            next.kill();
            TimeUnit.SECONDS.sleep(3);
            next.restart();
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /**
     * The frozen leader does not know of its successor when it thaws and finds the renewal in its socket. The successor
     * has given every session a full time to live when it was elected, and knows of no renewal since.
     */
    @Test
    void aRenewalThatOnlyAFormerLeaderOfEtcdHasGrantedDoesNotCount() throws Exception {
        EtcdServer leader = Gateway.leaderOf(etcd);
        try (EtcdDcs onLeader = EtcdDcs.open(EtcdOptions.of(prefix, leader.endpoint()))) {
            onLeader.limitCallsTo(LONGEST);
            Session session = onLeader.openSession(TTL);
            session.write("leader", "a", ABSENT);
            leader.freeze();
            TimeUnit.MILLISECONDS.sleep(TTL.toMillis() - 1000);
            long sentAt = System.nanoTime();
            CompletableFuture<Boolean> renewal = CompletableFuture.supplyAsync(() -> renewed(session));
            TimeUnit.MILLISECONDS.sleep(300);
            leader.thaw();

            if (renewal.join()) {
                TimeUnit.NANOSECONDS.sleep(sentAt + TTL.toNanos() - System.nanoTime());
                assertThat(dcs.read().byKey()).containsKey("leader");
            }
        }
    }

    private static boolean renewed(Session session) {
        try {
            return session.renew();
        } catch (DcsException unknown) {
            return false;
        }
    }

    @Test
    void theStoreIsBackSoonAfterAllMembersAre() throws Exception {
        Session session = dcs.openSession(Duration.ofSeconds(60));
        AtomicInteger hints = new AtomicInteger();
        dcs.watch(hints::incrementAndGet);
        for (EtcdServer member : etcd.members()) {
            member.kill();
        }
        assertThatThrownBy(dcs::read)
                .isInstanceOf(DcsException.class)
                .hasMessageContaining("connection refused")
                .hasMessageContaining("Check that etcd runs");
        TimeUnit.SECONDS.sleep(3);
        hints.set(0);
        etcd.restart();

        Duration back = Eventually.holds("a read", LONGEST, () -> reads());
        Duration hinted = Eventually.holds("a hint after the restart", LONGEST, () -> hints.get() > 0);

        assertThat(back).isLessThan(Duration.ofSeconds(2));
        assertThat(hinted).isLessThan(Duration.ofSeconds(2));
        assertThat(session.renew()).isTrue();
    }

    private boolean reads() {
        try {
            dcs.read();
            return true;
        } catch (DcsException notYet) {
            return false;
        }
    }

    @Test
    void aWatchNoticesChangesAfterItsMemberWasKilled() throws Exception {
        AtomicInteger hints = watched();

        inUse.kill();

        Eventually.holds("a hint for the new connection", Duration.ofSeconds(2), () -> hints.get() > 0);
        assertThat(hintAfterAWrite(hints)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void aWatchNoticesByItselfThatItsMemberFroze() throws Exception {
        AtomicInteger hints = watched();

        inUse.freeze();

        Eventually.holds("a hint for the new connection", Duration.ofSeconds(6), () -> hints.get() > 0);
        assertThat(hintAfterAWrite(hints)).isLessThan(Duration.ofSeconds(1));
    }

    private AtomicInteger watched() throws Exception {
        AtomicInteger hints = new AtomicInteger();
        dcs.watch(hints::incrementAndGet);
        Eventually.holds("the first hint", LONGEST, () -> hints.get() > 0);
        hints.set(0);
        return hints;
    }

    private Duration hintAfterAWrite(AtomicInteger hints) throws Exception {
        try (EtcdDcs writer = clientOf(other())) {
            hints.set(0);
            writer.write("config", "{}", ANYTHING);
            return Eventually.holds("a hint for the write", LONGEST, () -> hints.get() > 0);
        }
    }

    private EtcdServer other() {
        return etcd.members().stream()
                .filter(member -> !member.equals(inUse))
                .findFirst()
                .orElseThrow();
    }

    private static Duration timed(Callable<?> call) throws Exception {
        long start = System.nanoTime();
        call.call();
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
