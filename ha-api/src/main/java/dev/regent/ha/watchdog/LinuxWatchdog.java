package dev.regent.ha.watchdog;

import dev.regent.ha.spi.WatchdogDriver;
import dev.regent.ha.spi.WatchdogDriverProvider;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watchdog device of the Linux kernel. Feeding and disarming are bytes written to it; its timeout is read where the kernel
 * shows it, and set by {@code wdctl} of util-linux, because that takes an ioctl, which Java cannot do. A device lets in one
 * process at a time, so it is disarmed while {@code wdctl} sets its timeout. Immutable.
 *
 * @see <a href="https://www.kernel.org/doc/html/latest/watchdog/watchdog-api.html">the kernel's watchdog API</a>
 */
public final class LinuxWatchdog implements WatchdogDriver {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxWatchdog.class);

    private static final Path FACTS = Path.of("/sys/class/watchdog");
    private static final String FEED = "1";
    private static final String DISARM = "V";
    /** The one device that has two names. */
    private static final String FIRST_BY_ITS_OLD_NAME = "watchdog";

    private static final String FIRST = "watchdog0";

    private final Path device;
    private final Path facts;
    private final String wdctl;

    public LinuxWatchdog(Path device) {
        this(device, FACTS, "wdctl");
    }

    LinuxWatchdog(Path device, Path facts, String wdctl) {
        this.device = device;
        this.facts = facts;
        this.wdctl = wdctl;
    }

    @Override
    public String name() {
        return device.toString();
    }

    @Override
    public Optional<String> problem() {
        return DeviceFile.problem(device);
    }

    @Override
    public boolean isArmed() {
        try {
            return fact("state").filter("active"::equals).isPresent();
        } catch (IOException unknown) {
            return false;
        }
    }

    @Override
    public Device open() throws IOException {
        OpenDevice opened = new OpenDevice();
        if (cannotBeDisarmed()) {
            LOG.warn(
                    "The watchdog {} cannot be disarmed: it resets this host when this node does not lead any more",
                    device);
        }
        return opened;
    }

    private boolean cannotBeDisarmed() throws IOException {
        return fact("nowayout").filter("1"::equals).isPresent();
    }

    private Duration timeout() throws IOException {
        String seconds = fact("timeout")
                .orElseThrow(() -> new IOException("expected its timeout in " + folder().resolve("timeout")
                        + ", found no such file: the kernel needs CONFIG_WATCHDOG_SYSFS"));
        try {
            return Duration.ofSeconds(Long.parseLong(seconds));
        } catch (NumberFormatException notANumber) {
            throw new IOException("expected its timeout in seconds, found \"" + seconds + "\"", notANumber);
        }
    }

    private Optional<String> fact(String name) throws IOException {
        try {
            return Optional.of(Files.readString(folder().resolve(name)).strip());
        } catch (NoSuchFileException unknown) {
            return Optional.empty();
        }
    }

    private Path folder() {
        String name = device.getFileName().toString();
        return facts.resolve(name.equals(FIRST_BY_ITS_OLD_NAME) ? FIRST : name);
    }

    private void setTimeout(Duration timeout) throws IOException {
        List<String> command = List.of(wdctl, "--settimeout", Long.toString(timeout.toSeconds()), device.toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().retainAll(List.of("PATH"));
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + said);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while wdctl sets its timeout");
        }
    }

    /** The device while this process has it open. */
    private final class OpenDevice implements Device {
        private DeviceFile file;

        OpenDevice() throws IOException {
            file = DeviceFile.open(device);
        }

        @Override
        public Duration limitTo(Duration timeout) throws IOException {
            Duration present = timeout();
            if (present.equals(timeout)) {
                feed();
                return present;
            }
            disarm();
            try {
                setTimeout(timeout);
            } catch (IOException refused) {
                LOG.warn(
                        "The watchdog {} keeps its timeout of {} s: {}",
                        device,
                        present.toSeconds(),
                        refused.getMessage());
            }
            file = DeviceFile.open(device);
            return timeout();
        }

        @Override
        public void feed() throws IOException {
            if (!file.isOpen()) {
                file = DeviceFile.open(device);
            }
            file.write(FEED);
        }

        @Override
        public void disarm() throws IOException {
            DeviceFile last = file;
            try (last) {
                last.write(DISARM);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** {@code driver: default}. Stateless. */
    public static final class Provider implements WatchdogDriverProvider {
        public Provider() {}

        @Override
        public String name() {
            return "default";
        }

        @Override
        public WatchdogDriver driver(Path device) {
            if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux")) {
                throw new IllegalArgumentException("expected Linux, which watchdog devices are supported on, found "
                        + System.getProperty("os.name") + ": set watchdog.mode to off");
            }
            return new LinuxWatchdog(device);
        }
    }
}
