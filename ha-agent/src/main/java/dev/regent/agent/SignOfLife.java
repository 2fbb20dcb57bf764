package dev.regent.agent;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Tells systemd twice in each interval of its watchdog that the agent is alive, as long as its loop is, until the process
 * ends.
 */
final class SignOfLife {
    private SignOfLife() {}

    static void begin(SystemdNotice systemd, Duration interval, BooleanSupplier loopIsAlive) {
        Thread thread = new Thread(() -> tell(systemd, interval.dividedBy(2), loopIsAlive), "regent-sign-of-life");
        thread.setDaemon(true);
        thread.start();
    }

    private static void tell(SystemdNotice systemd, Duration pause, BooleanSupplier loopIsAlive) {
        try {
            CountDownLatch never = new CountDownLatch(1);
            do {
                if (loopIsAlive.getAsBoolean()) {
                    systemd.alive();
                }
            } while (!never.await(pause.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
