package dev.regent.dcs.consul;

import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Subscription;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the agent over and over what changed since it last answered, and calls back when something did.
 *
 * <p>Thread-safe; has a thread of its own.
 */
final class ConsulWatch implements Subscription {
    private static final Logger log = LoggerFactory.getLogger(ConsulWatch.class);

    /** How long the agent may wait for a change. Shorter finds a dead connection sooner, longer asks less. */
    private static final Duration WAIT = Duration.ofSeconds(30);

    /** Consul adds up to a sixteenth of the wait, so that not all clients return at once; and an answer takes its time. */
    private static final Duration SILENCE = WAIT.plus(WAIT.dividedBy(16)).plusSeconds(3);

    /** Bounds how often a busy prefix, or an agent that never blocks, is read; the first change is still told at once. */
    private static final Duration PACE = Duration.ofMillis(50);

    private static final Duration FIRST_RETRY = Duration.ofMillis(250);
    private static final Duration LAST_RETRY = Duration.ofSeconds(4);

    private static final long UNKNOWN = 0;

    private final ConsulHttp http;
    private final String listing;
    private final Runnable onChange;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** These three belong to the thread of the watch: where it is, and how it waits. */
    private long index = UNKNOWN;

    private Duration retry = FIRST_RETRY;
    private boolean isLost;

    private ConsulWatch(ConsulHttp http, String listing, Runnable onChange) {
        this.http = http;
        this.listing = listing;
        this.onChange = onChange;
    }

    /** @param listing the path and query of what is watched */
    static ConsulWatch start(ConsulSettings settings, String listing, Runnable onChange) {
        String consistency = switch (settings.consistency()) {
            case DEFAULT -> "";
            case CONSISTENT -> "&consistent";
            case STALE -> "&stale";
        };
        ConsulWatch watch = new ConsulWatch(new ConsulHttp(settings, 1, SILENCE), listing + consistency, onChange);
        Thread thread = new Thread(watch::run, "regent-consul-watch");
        thread.setDaemon(true);
        thread.start();
        return watch;
    }

    @Override
    public void close() {
        closed.countDown();
        http.close();
    }

    private void run() {
        Duration pause = Duration.ZERO;
        while (!isClosedWithin(pause)) {
            try {
                awaitChange();
                pause = PACE;
            } catch (DcsException noAnswer) {
                noteLoss(noAnswer);
                pause = retry;
                retry = longer(retry);
            }
        }
    }

    /** Calls back for every answer with a new index: the first one too, for what changed before it was asked. */
    private void awaitChange() throws DcsException {
        Answer answer =
                http.get(index == UNKNOWN ? listing : listing + "&index=" + index + "&wait=" + WAIT.toSeconds() + "s");
        boolean isListing = answer.is(Answer.OK) || answer.is(Answer.NOT_FOUND);
        if (!isListing || answer.index() == UNKNOWN) {
            throw answer.unexpected();
        }
        noteAnswer();
        if (answer.index() != index) {
            tell();
        }
        // An index that goes back comes from a store that was restored: begin anew, as Consul's documentation asks
        index = answer.index() < index ? UNKNOWN : answer.index();
    }

    private void tell() {
        if (isClosedWithin(Duration.ZERO)) {
            return;
        }
        try {
            onChange.run();
        } catch (RuntimeException bug) {
            log.error("The listener of a watch failed; the watch goes on", bug);
        }
    }

    private void noteAnswer() {
        retry = FIRST_RETRY;
        if (isLost) {
            isLost = false;
            log.info("Consul answers watches again");
        }
    }

    /** Changes may go unseen until the next answer, which therefore counts as a change. One line, not one per attempt. */
    private void noteLoss(DcsException why) {
        index = UNKNOWN;
        if (!isLost && !isClosedWithin(Duration.ZERO)) {
            isLost = true;
            log.info("Changes are noticed later until Consul answers watches again: {}", why.getMessage());
        }
    }

    private static Duration longer(Duration retry) {
        Duration twice = retry.multipliedBy(2);
        return twice.compareTo(LAST_RETRY) < 0 ? twice : LAST_RETRY;
    }

    private boolean isClosedWithin(Duration pause) {
        try {
            return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException nobodyElseMayEndThisThread) {
            return true;
        }
    }
}
