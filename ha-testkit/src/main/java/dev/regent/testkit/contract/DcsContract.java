package dev.regent.testkit.contract;

import static dev.regent.ha.spi.Expected.ABSENT;
import static dev.regent.ha.spi.Expected.ANYTHING;
import static dev.regent.ha.spi.Expected.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Session;
import dev.regent.ha.spi.Subscription;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What a {@link Dcs} must do. A store's test extends this class and says how to open a client; everything that depends on
 * time to live is observed once, by {@link SessionObserver}, and shared by the tests that judge it.
 */
public abstract class DcsContract extends EntriesContract {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(1);

    /** What a loaded test machine may add to a call's limit. */
    private static final Duration CALL_SLACK = Duration.ofSeconds(2);

    /** Long enough for a call that is certain to have been on its way. */
    private static final Duration SILENCE = Duration.ofMillis(300);

    private Optional<SessionLives> lives = Optional.empty();

    // Sessions

    @Test
    void anEntryShowsTheSessionThatItIsBoundTo() throws DcsException {
        Dcs dcs = client();
        Session session = dcs.openSession(longTtl());

        assertThat(session.write("leader", "a", ABSENT)).isTrue();
        dcs.write("config", "{}", ABSENT);

        assertThat(session.id()).isNotEmpty();
        assertThat(entry(dcs.read(), "leader").session()).contains(session.id());
        assertThat(entry(dcs.read(), "config").session()).isEmpty();
    }

    @Test
    void aSessionSurelyLivesNoLongerThanItWasAskedFor() throws DcsException {
        Session session = client().openSession(longTtl());

        assertThat(session.timeToLive()).isPositive().isLessThanOrEqualTo(longTtl());
    }

    @Test
    void endingASessionEndsWhatIsBoundToItAtOnceAndNothingElse() throws DcsException {
        Dcs dcs = client();
        Session ending = dcs.openSession(longTtl());
        Session other = dcs.openSession(longTtl());
        ending.write("leader", "a", ABSENT);
        ending.write("members/a", "{}", ABSENT);
        other.write("members/b", "{}", ABSENT);
        dcs.write("config", "{}", ABSENT);

        ending.end();

        assertThat(dcs.read().byKey()).containsOnlyKeys("members/b", "config");
    }

    @Test
    void anEndedSessionNeitherRenewsNorWrites() throws DcsException {
        Dcs dcs = client();
        Session session = dcs.openSession(longTtl());
        session.end();

        assertThat(session.renew()).isFalse();
        assertThat(session.write("leader", "a", ABSENT)).isFalse();
        assertThat(session.write("leader", "a", ANYTHING)).isFalse();
        assertThat(dcs.read().byKey()).isEmpty();
    }

    @Test
    void aPlainWriteUnbindsAnEntryFromItsSession() throws DcsException {
        Dcs dcs = client();
        Session session = dcs.openSession(longTtl());
        session.write("leader", "a", ABSENT);

        dcs.write("leader", "b", ANYTHING);

        assertThat(entry(dcs.read(), "leader").session()).isEmpty();
        session.end();
        assertThat(value(dcs, "leader")).contains("b");
    }

    @Test
    void aSessionTakesOverWhatIsBoundToAnotherSessionOrToNone() throws DcsException {
        Dcs dcs = client();
        Session before = dcs.openSession(longTtl());
        Session after = dcs.openSession(longTtl());
        before.write("leader", "a", ABSENT);
        dcs.write("members/b", "{}", ABSENT);

        assertThat(after.write("leader", "b", at(revision(dcs, "leader")))).isTrue();
        assertThat(after.write("members/b", "{}", ANYTHING)).isTrue();

        assertThat(entry(dcs.read(), "leader").session()).contains(after.id());
        before.end();
        assertThat(value(dcs, "leader")).contains("b");
        after.end();
        assertThat(dcs.read().byKey()).isEmpty();
    }

    @Test
    void aSessionWriteLosesWhenTheEntryIsNotWhatWasExpected() throws DcsException {
        Dcs dcs = client();
        Session session = dcs.openSession(longTtl());
        dcs.write("leader", "a", ABSENT);

        assertThat(session.write("leader", "b", ABSENT)).isFalse();
        assertThat(session.write("leader", "b", at(revision(dcs, "leader") - 1)))
                .isFalse();

        assertThat(value(dcs, "leader")).contains("a");
        assertThat(entry(dcs.read(), "leader").session()).isEmpty();
    }

    // Time to live, as SessionLives observed it

    @Test
    void anEntryNeverVanishesSoonerThanItsSessionsTimeToLive() throws Exception {
        SessionLives seen = sessionLives();

        assertThat(seen.silentGoneAfter()).isGreaterThanOrEqualTo(seen.timeToLive());
    }

    @Test
    void anEntryVanishesSomeTimeAfterItsSessionsTimeToLive() throws Exception {
        SessionLives seen = sessionLives();

        assertThat(seen.silentGoneAfter()).isLessThanOrEqualTo(seen.timeToLive().plus(longestExpiryDelay()));
    }

    @Test
    void renewingKeepsASessionAliveForItsTimeToLiveCountedFromBeforeTheRenewal() throws Exception {
        SessionLives seen = sessionLives();

        assertThat(seen.renewals()).isNotEmpty().containsOnly(true);
        assertThat(seen.renewedGoneAfter()).isGreaterThanOrEqualTo(seen.timeToLive());
    }

    @Test
    void anExpiredSessionNeitherRenewsNorWrites() throws Exception {
        assertThat(sessionLives().renewedAfterExpiry()).isFalse();
        assertThat(sessionLives().wroteAfterExpiry()).isFalse();
    }

    @Test
    void whatWasTakenFromASessionSurvivesItsExpiry() throws Exception {
        assertThat(sessionLives().survivors()).contains("unbound", "rebound").doesNotContain("silent");
    }

    @Test
    void aWatchTellsOfAnExpiry() throws Exception {
        assertThat(sessionLives().watchToldOfExpiry()).isTrue();
    }

    // Watching

    @Test
    void aWatchTellsOfAnotherClientsWriteAndDeletion() throws Exception {
        String name = newCluster();
        Dcs writer = client(name);
        WatchCounter watch = new WatchCounter(client(name), longestWatchDelay());

        watch.awaitCallAfter(() -> writer.write("leader", "a", ABSENT));
        watch.awaitCallAfter(() -> writer.write("leader", "b", ANYTHING));
        watch.awaitCallAfter(() -> writer.delete("leader", ANYTHING));
    }

    @Test
    void aWatchTellsOfTheEndOfASession() throws Exception {
        String name = newCluster();
        Session session = client(name).openSession(longTtl());
        session.write("leader", "a", ABSENT);
        WatchCounter watch = new WatchCounter(client(name), longestWatchDelay());

        watch.awaitCallAfter(session::end);
    }

    @Test
    void whoIsToldByAWatchReadsTheChange() throws Exception {
        String name = newCluster();
        Dcs writer = client(name);
        Dcs watcher = client(name);
        WatchCounter watch = new WatchCounter(watcher, longestWatchDelay());

        watch.awaitCallAfter(() -> writer.write("failover", "{}", ABSENT));

        assertThat(value(watcher, "failover")).contains("{}");
    }

    @Test
    void aClosedWatchIsSilentWhileAnotherOfTheSameClientGoesOn() throws Exception {
        String name = newCluster();
        Dcs writer = client(name);
        Dcs watcher = client(name);
        AtomicInteger calls = new AtomicInteger();
        Subscription closed = watcher.watch(calls::incrementAndGet);
        WatchCounter open = new WatchCounter(watcher, longestWatchDelay());
        open.awaitCallAfter(() -> writer.write("leader", "a", ABSENT));

        closed.close();
        closed.close();
        TimeUnit.MILLISECONDS.sleep(SILENCE.toMillis());
        int before = calls.get();
        open.awaitCallAfter(() -> writer.write("leader", "b", ANYTHING));
        TimeUnit.MILLISECONDS.sleep(SILENCE.toMillis());

        assertThat(calls.get()).isEqualTo(before);
    }

    // Limits

    @Test
    void aCallToAStoreThatDoesNotAnswerFailsWithinItsLimit() throws Exception {
        Dcs dcs = opened(unreachable());
        dcs.limitCallsTo(CALL_LIMIT);

        failsInTime(dcs::read);
        failsInTime(() -> dcs.write("leader", "a", ABSENT));
        failsInTime(() -> dcs.delete("leader", ANYTHING));
        failsInTime(() -> dcs.openSession(longTtl()));
    }

    @Test
    void watchingAStoreThatDoesNotAnswerDoesNotBlock() {
        Dcs dcs = opened(unreachable());

        Stopwatch stopwatch = Stopwatch.started();
        dcs.watch(() -> {}).close();

        assertThat(stopwatch.elapsed()).isLessThan(CALL_SLACK);
    }

    @Test
    void aClosedClientFailsRatherThanHangs() throws Exception {
        Dcs dcs = client();
        dcs.limitCallsTo(CALL_LIMIT);
        dcs.close();
        dcs.close();

        failsInTime(dcs::read);
    }

    @Test
    void closingAClientEndsItsWatchesAndNotItsSessions() throws Exception {
        String name = newCluster();
        Dcs closing = client(name);
        Dcs other = client(name);
        AtomicInteger calls = new AtomicInteger();
        closing.watch(calls::incrementAndGet);
        closing.openSession(longTtl()).write("leader", "a", ABSENT);

        closing.close();
        TimeUnit.MILLISECONDS.sleep(SILENCE.toMillis());
        int before = calls.get();
        new WatchCounter(other, longestWatchDelay()).awaitCallAfter(() -> other.write("config", "{}", ABSENT));

        assertThat(calls.get()).isEqualTo(before);
        assertThat(value(other, "leader")).contains("a");
    }

    private SessionLives sessionLives() throws Exception {
        if (lives.isEmpty()) {
            String name = newCluster();
            lives = Optional.of(new SessionObserver(client(name), client(name), client(name))
                    .observe(shortestTtl(), longestExpiryDelay(), longestWatchDelay()));
        }
        return lives.get();
    }

    private static void failsInTime(ThrowingCallable call) {
        Stopwatch stopwatch = Stopwatch.started();
        @Nullable Throwable thrown = catchThrowable(call);

        assertThat(thrown).isInstanceOf(DcsException.class);
        assertThat(stopwatch.elapsed()).isLessThan(CALL_LIMIT.plus(CALL_SLACK));
    }
}
