package dev.regent.testkit.contract;

import static dev.regent.ha.spi.Expected.ABSENT;
import static dev.regent.ha.spi.Expected.ANYTHING;

import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Watches two sessions expire: a silent one, and one that is renewed until the silent one is gone. Both at once, because
 * some stores take twenty seconds for it. Times are such that a store can only be blamed for what it surely did: a renewal
 * counts from before it was sent, an entry is gone when a read that did not show it has returned.
 */
final class SessionObserver {
    private static final int RENEWALS_PER_TTL = 3;
    private static final Duration POLL = Duration.ofMillis(20);

    private final Dcs owner;
    private final Dcs observer;
    private final Dcs watcher;
    private final Stopwatch stopwatch = Stopwatch.started();
    private final List<Boolean> renewals = new ArrayList<>();
    private Duration lastRenewal = Duration.ZERO;

    SessionObserver(Dcs owner, Dcs observer, Dcs watcher) {
        this.owner = owner;
        this.observer = observer;
        this.watcher = watcher;
    }

    SessionLives observe(Duration ttl, Duration longestDelay, Duration longestWatchDelay)
            throws DcsException, InterruptedException {
        Duration silentOpened = stopwatch.elapsed();
        Session silent = owner.openSession(ttl);
        silent.write("silent", "", ABSENT);
        silent.write("unbound", "", ABSENT);
        silent.write("rebound", "", ABSENT);
        lastRenewal = stopwatch.elapsed();
        Session renewed = owner.openSession(ttl);
        renewed.write("renewed", "", ABSENT);
        renewed.write("rebound", "", ANYTHING);
        owner.write("unbound", "", ANYTHING);
        WatchCounter watch = new WatchCounter(watcher, longestWatchDelay);

        Duration patience = ttl.plus(longestDelay);
        int callsBefore = watch.calls();
        while (isPresent("silent") && stopwatch.elapsed().compareTo(silentOpened.plus(patience)) <= 0) {
            renewWhenDue(renewed, ttl);
            pause();
            callsBefore = watch.calls();
        }
        Duration silentGoneAfter = stopwatch.elapsed().minus(silentOpened);
        Set<String> survivors = observer.read().byKey().keySet();
        boolean told = watch.isCalledBeyond(callsBefore);
        boolean renewedLate = silent.renew();
        boolean wroteLate = silent.write("late", "", ANYTHING);
        while (isPresent("renewed") && stopwatch.elapsed().compareTo(lastRenewal.plus(patience)) <= 0) {
            pause();
        }
        Duration renewedGoneAfter = stopwatch.elapsed().minus(lastRenewal);
        return new SessionLives(
                silent.timeToLive(),
                silentGoneAfter,
                renewedGoneAfter,
                renewals,
                renewedLate,
                wroteLate,
                survivors,
                told);
    }

    private boolean isPresent(String key) throws DcsException {
        return observer.read().get(key).isPresent();
    }

    private void renewWhenDue(Session renewed, Duration ttl) throws DcsException {
        Duration now = stopwatch.elapsed();
        if (now.minus(lastRenewal).compareTo(ttl.dividedBy(RENEWALS_PER_TTL)) >= 0) {
            lastRenewal = now;
            renewals.add(renewed.renew());
        }
    }

    private static void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
}
