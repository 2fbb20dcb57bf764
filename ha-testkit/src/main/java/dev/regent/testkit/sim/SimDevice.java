package dev.regent.testkit.sim;

import dev.regent.ha.spi.WatchdogDriver;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The watchdog device of a host: it resets the host when it is not fed in time, also one that is frozen, and forgets
 * everything with it. Used by one thread.
 */
final class SimDevice implements WatchdogDriver, WatchdogDriver.Device {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long TIMEOUT_AFTER_BOOT = 60 * EventQueue.SECOND;

    private final EventQueue queue;
    private final double clockRate;
    private final Runnable reset;
    private long timeout = TIMEOUT_AFTER_BOOT;
    private long deadline = NEVER;
    private boolean broken;

    SimDevice(EventQueue queue, double clockRate, Runnable reset) {
        this.queue = queue;
        this.clockRate = clockRate;
        this.reset = reset;
    }

    @Override
    public String name() {
        return "device";
    }

    @Override
    public Optional<String> problem() {
        return broken ? Optional.of("it is broken") : Optional.empty();
    }

    @Override
    public boolean isArmed() {
        return deadline != NEVER;
    }

    @Override
    public Device open() throws IOException {
        feed();
        return this;
    }

    @Override
    public Duration limitTo(Duration wanted) throws IOException {
        timeout = (long) (EventQueue.micros(wanted) / clockRate);
        feed();
        return wanted;
    }

    @Override
    public void feed() throws IOException {
        checkWorks();
        long promised = queue.now() + timeout;
        deadline = promised;
        queue.after(timeout, () -> {
            if (deadline == promised) {
                reset.run();
            }
        });
    }

    @Override
    public void disarm() throws IOException {
        checkWorks();
        deadline = NEVER;
    }

    @Override
    public void close() {}

    private void checkWorks() throws IOException {
        if (broken) {
            throw new IOException("it is broken");
        }
    }

    boolean isBroken() {
        return broken;
    }

    /** Nothing reaches it any more; a countdown goes on. */
    void breakDown() {
        broken = true;
    }

    void repair() {
        broken = false;
    }

    /** The host has no power any more. */
    void powerOff() {
        deadline = NEVER;
        timeout = TIMEOUT_AFTER_BOOT;
    }
}
