package dev.regent.ha.watchdog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.spi.WatchdogDriver;
import dev.regent.ha.spi.WatchdogDriver.Device;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipeWatchdogTest {
    private static final Duration SHORT = Duration.ofMillis(200);

    @TempDir
    Path folder;

    private Path pipe;

    @BeforeEach
    void makePipe() throws Exception {
        pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
    }

    private CompletableFuture<String> everythingThatIsWritten() {
        return CompletableFuture.supplyAsync(() -> {
            try (InputStream in = Files.newInputStream(pipe)) {
                return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            } catch (IOException broken) {
                return "broken: " + broken;
            }
        });
    }

    @Test
    void timeoutFoodAndTheLastGoodbyeAreTheBytesThatTheyShouldBe() throws Exception {
        CompletableFuture<String> written = everythingThatIsWritten();

        Device device = new LimitedDriver(new PipeWatchdog(pipe)).open();
        assertThat(device.limitTo(Duration.ofSeconds(25))).hasSeconds(25);
        device.feed();
        device.feed();
        device.disarm();

        assertThat(written.get()).isEqualTo("Ctimeout=25\n11V");
    }

    @Test
    void whoClosesItWithoutAWordLeavesItArmed() throws Exception {
        CompletableFuture<String> written = everythingThatIsWritten();

        Device device = new PipeWatchdog(pipe).open();
        device.feed();
        device.close();

        assertThat(written.get()).isEqualTo("1");
    }

    @Test
    void aPipeThatNobodyReadsIsAFailureAndNotAnEndlessWait() throws Exception {
        LimitedDriver driver = new LimitedDriver(new PipeWatchdog(pipe), SHORT);

        assertThatThrownBy(driver::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a pipe opens only when somebody reads it");
        assertThatThrownBy(driver::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("still hangs since an earlier call");

        assertThat(everythingThatIsWritten().get())
                .as("what opens too late is disarmed")
                .isEqualTo("V");
    }

    @Test
    void foodThatIsNotSwallowedInTimeHasNotBeenGiven() throws Exception {
        CompletableFuture<Void> released = new CompletableFuture<>();
        Device hanging = new LimitedDriver(new HangingDriver(released), SHORT).open();

        assertThatThrownBy(hanging::feed).isInstanceOf(IOException.class).hasMessageContaining("it hangs");
        assertThatThrownBy(hanging::disarm).isInstanceOf(IOException.class).hasMessageContaining("still hangs");
        released.complete(null);
    }

    @Test
    void whatIsNotThereOrCannotBeWrittenToIsSaidSoBeforeItIsOpened() {
        assertThat(new PipeWatchdog(pipe).problem()).isEmpty();
        assertThat(new PipeWatchdog(folder.resolve("none")).problem().orElseThrow())
                .contains("there is no " + folder.resolve("none"), "set watchdog.device");
    }

    /** A device that does not come back from being fed. */
    private record HangingDriver(CompletableFuture<Void> released) implements WatchdogDriver, Device {
        @Override
        public String name() {
            return "device";
        }

        @Override
        public java.util.Optional<String> problem() {
            return java.util.Optional.empty();
        }

        @Override
        public Device open() {
            return this;
        }

        @Override
        public Duration limitTo(Duration timeout) {
            return timeout;
        }

        @Override
        public void feed() {
            released.join();
        }

        @Override
        public void disarm() {}

        @Override
        public void close() {}
    }
}
