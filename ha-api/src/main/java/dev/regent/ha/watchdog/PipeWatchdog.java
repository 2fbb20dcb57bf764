package dev.regent.ha.watchdog;

import dev.regent.ha.spi.WatchdogDriver;
import dev.regent.ha.spi.WatchdogDriverProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A named pipe in place of a device, for tests: {@code Ctimeout=25} and a newline sets the timeout, {@code 1} feeds,
 * {@code V} comes before a deliberate close. Immutable.
 */
public final class PipeWatchdog implements WatchdogDriver {
    private static final String FEED = "1";
    private static final String DISARM = "V";

    private final Path pipe;

    public PipeWatchdog(Path pipe) {
        this.pipe = pipe;
    }

    @Override
    public String name() {
        return pipe.toString();
    }

    @Override
    public Optional<String> problem() {
        return DeviceFile.problem(pipe);
    }

    @Override
    public Device open() throws IOException {
        return new Pipe(DeviceFile.open(pipe));
    }

    /** What is written to the pipe. */
    private record Pipe(DeviceFile file) implements Device {
        @Override
        public Duration limitTo(Duration timeout) throws IOException {
            file.write("Ctimeout=" + timeout.toSeconds() + "\n");
            return timeout;
        }

        @Override
        public void feed() throws IOException {
            file.write(FEED);
        }

        @Override
        public void disarm() throws IOException {
            try (file) {
                file.write(DISARM);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** {@code driver: testing}. Stateless. */
    public static final class Provider implements WatchdogDriverProvider {
        public Provider() {}

        @Override
        public String name() {
            return "testing";
        }

        @Override
        public WatchdogDriver driver(Path device) {
            return new PipeWatchdog(device);
        }
    }
}
