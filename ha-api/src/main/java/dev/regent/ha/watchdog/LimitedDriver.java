package dev.regent.ha.watchdog;

import dev.regent.ha.spi.WatchdogDriver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver whose calls are given up when they take too long, since a device may hang and nothing can interrupt it then.
 * What was given up has failed; until it has ended, so does everything else. Used by one thread.
 */
public final class LimitedDriver implements WatchdogDriver {
    private static final Logger LOG = LoggerFactory.getLogger(LimitedDriver.class);
    /** A device answers within a millisecond; as long as a request to the store may take. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** What is done to a device. */
    @FunctionalInterface
    private interface Call<T> {
        T run() throws IOException;
    }

    private final WatchdogDriver driver;
    private final Duration limit;
    private @Nullable Thread givenUp;

    public LimitedDriver(WatchdogDriver driver) {
        this(driver, LIMIT);
    }

    LimitedDriver(WatchdogDriver driver, Duration limit) {
        this.driver = driver;
        this.limit = limit;
    }

    @Override
    public String name() {
        return driver.name();
    }

    @Override
    public Optional<String> problem() {
        return driver.problem();
    }

    @Override
    public boolean isArmed() {
        return driver.isArmed();
    }

    /** A device that opens when nobody waits for it any more is disarmed at once: it would reset the host. */
    @Override
    public Device open() throws IOException {
        return new LimitedDevice(
                limited("to be opened (a pipe opens only when somebody reads it)", driver::open, this::disarmLate));
    }

    private void disarmLate(Device device) {
        try {
            device.disarm();
        } catch (IOException failed) {
            LOG.error("The watchdog {} opened late, could not be disarmed, and may reset this host", name(), failed);
        }
    }

    private <T> T limited(String what, Call<T> call, Consumer<T> late) throws IOException {
        Thread before = givenUp;
        if (before != null && before.isAlive()) {
            throw new IOException("it still hangs since an earlier call");
        }
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(call, outcome, late), "regent-watchdog");
        thread.setDaemon(true);
        thread.start();
        try {
            return outcome.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException tooLate) {
            return atTheLastMoment(what, outcome, thread);
        } catch (ExecutionException failed) {
            throw asIoException(failed);
        } catch (InterruptedException interrupted) {
            outcome.cancel(false);
            givenUp = thread;
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while it was expected " + what);
        }
    }

    /** Whatever a driver throws is its failure. */
    @SuppressWarnings("CatchingUnchecked")
    private static <T> void run(Call<T> call, CompletableFuture<T> outcome, Consumer<T> late) {
        try {
            T result = call.run();
            if (!outcome.complete(result)) {
                late.accept(result);
            }
        } catch (IOException | RuntimeException failed) {
            outcome.completeExceptionally(failed);
        }
    }

    private <T> T atTheLastMoment(String what, CompletableFuture<T> outcome, Thread thread) throws IOException {
        IOException tooLate =
                new IOException("expected it " + what + " within " + limit.toSeconds() + " s, found that it hangs");
        if (outcome.completeExceptionally(tooLate)) {
            givenUp = thread;
            throw tooLate;
        }
        try {
            return outcome.join();
        } catch (java.util.concurrent.CompletionException failed) {
            throw asIoException(failed);
        }
    }

    private static IOException asIoException(Exception failed) {
        return failed.getCause() instanceof IOException cause ? cause : new IOException(failed.getCause());
    }

    /** The device that was opened, with the same limit. */
    private final class LimitedDevice implements Device {
        private final Device device;

        LimitedDevice(Device device) {
            this.device = device;
        }

        @Override
        public Duration limitTo(Duration timeout) throws IOException {
            return limited("to take its timeout", () -> device.limitTo(timeout), taken -> {});
        }

        @Override
        public void feed() throws IOException {
            run("to be fed", device::feed);
        }

        @Override
        public void disarm() throws IOException {
            run("to be disarmed", device::disarm);
        }

        @Override
        public void close() throws IOException {
            run("to be closed", device::close);
        }

        private void run(String what, Step step) throws IOException {
            limited(
                    what,
                    () -> {
                        step.run();
                        return true;
                    },
                    done -> {});
        }
    }

    /** What is done to a device and has no result. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }
}
