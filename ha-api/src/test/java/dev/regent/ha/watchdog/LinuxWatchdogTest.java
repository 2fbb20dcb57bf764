package dev.regent.ha.watchdog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.spi.WatchdogDriver.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Linux driver against files in place of a device, of what the kernel tells of it, and of {@code wdctl}. */
class LinuxWatchdogTest {
    @TempDir
    Path folder;

    private Path device;
    private Path facts;
    private Path wdctl;

    @BeforeEach
    void imitateADevice() throws Exception {
        device = Files.writeString(folder.resolve("watchdog"), "");
        facts = Files.createDirectories(folder.resolve("sys/watchdog0"));
        fact("timeout", "60");
        fact("nowayout", "0");
        fact("state", "inactive");
        wdctl = script("echo \"$@\" > " + folder.resolve("called") + "; echo $2 > " + facts.resolve("timeout"));
    }

    private void fact(String name, String value) throws IOException {
        Files.writeString(facts.resolve(name), value + "\n");
    }

    private Path script(String body) throws IOException {
        Path script = Files.writeString(folder.resolve("wdctl"), "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private LinuxWatchdog driver() {
        return new LinuxWatchdog(device, folder.resolve("sys"), wdctl.toString());
    }

    private String written() throws IOException {
        return Files.readString(device);
    }

    @Test
    void theTimeoutIsSetByWdctlWhichMustHaveTheDeviceToItselfAndReadBack() throws Exception {
        Device open = driver().open();

        assertThat(open.limitTo(Duration.ofSeconds(25))).hasSeconds(25);

        assertThat(written()).as("disarmed for wdctl").isEqualTo("V");
        assertThat(Files.readString(folder.resolve("called"))).isEqualTo("--settimeout 25 " + device + "\n");
        open.feed();
        assertThat(written()).isEqualTo("1");
        open.disarm();
    }

    @Test
    void aTimeoutThatIsThereAlreadyIsNotSet() throws Exception {
        fact("timeout", "25");
        Device open = driver().open();

        assertThat(open.limitTo(Duration.ofSeconds(25))).hasSeconds(25);

        assertThat(folder.resolve("called")).doesNotExist();
        open.disarm();
        assertThat(written()).as("fed, then disarmed").isEqualTo("1V");
    }

    @Test
    void aDeviceThatDoesNotLetItsTimeoutBeSetKeepsIt() throws Exception {
        wdctl = script("echo 'cannot set timeout' >&2; exit 1");
        Device open = driver().open();

        assertThat(open.limitTo(Duration.ofSeconds(25))).hasSeconds(60);
        open.feed();
        open.close();
    }

    @Test
    void aTimeoutThatTheKernelDoesNotTellIsNotGuessed() throws Exception {
        Files.delete(facts.resolve("timeout"));
        Device open = driver().open();

        assertThatThrownBy(() -> open.limitTo(Duration.ofSeconds(25)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("CONFIG_WATCHDOG_SYSFS");
        open.disarm();
    }

    @Test
    void aCountdownThatAnEarlierProcessHasLeftIsSeen() throws Exception {
        assertThat(driver().isArmed()).isFalse();

        fact("state", "active");

        assertThat(driver().isArmed()).isTrue();
    }

    @Test
    void aMissingDeviceIsNotCreated() {
        device = folder.resolve("watchdog7");

        assertThat(driver().problem().orElseThrow()).contains("there is no " + device, "load the driver");
        assertThatThrownBy(() -> driver().open()).isInstanceOf(IOException.class);
        assertThat(device).doesNotExist();
    }
}
