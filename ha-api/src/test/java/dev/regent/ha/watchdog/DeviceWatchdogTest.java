package dev.regent.ha.watchdog;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.WatchdogSettings;
import dev.regent.ha.model.WatchdogSettings.Mode;
import dev.regent.ha.spi.WatchdogDriver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceWatchdogTest {
    private static final Duration ALL = ofSeconds(30);

    private final List<String> told = new ArrayList<>();
    private Duration time = Duration.ZERO;
    private Duration longest = Duration.ofDays(1);
    private Duration shortest = Duration.ZERO;
    private boolean fails;
    private boolean leftArmed;

    private final WatchdogDriver driver = new WatchdogDriver() {
        @Override
        public String name() {
            return "device";
        }

        @Override
        public Optional<String> problem() {
            return Optional.empty();
        }

        @Override
        public boolean isArmed() {
            return leftArmed;
        }

        @Override
        public Device open() {
            told.add("open");
            return new TestDevice();
        }
    };

    private final class TestDevice implements WatchdogDriver.Device {
        @Override
        public Duration limitTo(Duration timeout) {
            Duration atMost = timeout.compareTo(longest) < 0 ? timeout : longest;
            Duration taken = atMost.compareTo(shortest) < 0 ? shortest : atMost;
            told.add("timeout " + taken.toSeconds());
            return taken;
        }

        @Override
        public void feed() throws IOException {
            if (fails) {
                throw new IOException("input/output error");
            }
            told.add("feed");
        }

        @Override
        public void disarm() {
            leftArmed = false;
            told.add("disarm");
        }

        @Override
        public void close() {
            told.add("close");
        }
    }

    private DeviceWatchdog watchdog(WatchdogSettings settings) {
        return new DeviceWatchdog(driver, settings, () -> time);
    }

    private DeviceWatchdog armed(WatchdogSettings settings) {
        DeviceWatchdog watchdog = watchdog(settings);
        assertThat(watchdog.allowFor(ALL)).isTrue();
        return watchdog;
    }

    private static HaConfig ttl(int seconds) {
        return HaConfig.from(DynamicConfig.of(Map.of("ttl", seconds, "loop_wait", 10, "retry_timeout", 5)));
    }

    @Test
    void itStrikesASafetyMarginBeforeTheLeadershipEnds() {
        armed(WatchdogSettings.AUTOMATIC);

        assertThat(told).containsExactly("open", "timeout 25", "feed");
    }

    @Test
    void withoutASafetyMarginItStrikesAfterHalfTheTimeToLive() {
        armed(new WatchdogSettings(Mode.AUTOMATIC, Optional.empty()));

        assertThat(told).containsExactly("open", "timeout 15", "feed");
    }

    @Test
    void itIsNeitherArmedNorFedWhenItWouldStrikeTooLate() {
        DeviceWatchdog watchdog = watchdog(WatchdogSettings.AUTOMATIC);
        assertThat(watchdog.allowFor(ofSeconds(24))).isFalse();
        assertThat(told).isEmpty();

        assertThat(watchdog.allowFor(ofSeconds(25))).isTrue();
        told.clear();
        watchdog.leadershipRenewed(ofSeconds(24));
        assertThat(told).isEmpty();
        watchdog.leadershipRenewed(ofSeconds(25));
        assertThat(told).containsExactly("feed");
    }

    @Test
    void aSafetyMarginOfZeroCanBeKept() {
        DeviceWatchdog watchdog = armed(new WatchdogSettings(Mode.AUTOMATIC, Optional.of(Duration.ZERO)));
        told.clear();

        watchdog.leadershipRenewed(ofSeconds(28));

        assertThat(told).containsExactly("feed");
    }

    @Test
    void aLeadershipThatIsRenewedArmsNothing() {
        watchdog(WatchdogSettings.AUTOMATIC).leadershipRenewed(ALL);

        assertThat(told).isEmpty();
    }

    @Test
    void aShorterTimeToLiveCountsAtOnceAndALongerOneFromTheNextRenewal() {
        DeviceWatchdog watchdog = armed(WatchdogSettings.AUTOMATIC);
        told.clear();

        watchdog.adopt(ttl(20));
        assertThat(watchdog.allowFor(ofSeconds(20))).isTrue();
        assertThat(told).containsExactly("timeout 15", "feed");

        watchdog.adopt(ttl(60));
        told.clear();
        assertThat(watchdog.allowFor(ofSeconds(60))).isTrue();
        assertThat(told).isEmpty();
        watchdog.leadershipRenewed(ofSeconds(60));
        assertThat(told).containsExactly("timeout 55", "feed");
    }

    @Test
    void aDeviceThatStrikesTooLateIsUsedWithAWarningUnlessItIsRequired() {
        shortest = ofSeconds(60);
        armed(WatchdogSettings.AUTOMATIC);
        assertThat(told).containsExactly("open", "timeout 60", "feed");

        told.clear();
        DeviceWatchdog required = watchdog(WatchdogSettings.REQUIRED);
        assertThat(required.allowFor(ALL)).isFalse();
        assertThat(told).containsExactly("open", "timeout 60", "disarm");
        assertThat(required.problem().orElseThrow())
                .contains("expected a timeout of 25 s, found that it has one of 60 s");
    }

    @Test
    void aDeviceThatStrikesBeforeTheNextRenewalIsNotUsed() {
        longest = ofSeconds(8);

        armed(WatchdogSettings.AUTOMATIC);

        assertThat(told).containsExactly("open", "timeout 8", "disarm");
    }

    @Test
    void timingsThatLeaveNoTimeToFeedMakeItUnusable() {
        DeviceWatchdog watchdog = watchdog(new WatchdogSettings(Mode.REQUIRED, Optional.of(ofSeconds(25))));

        assertThat(watchdog.problem().orElseThrow())
                .contains("would strike after 5 s, which is less than loop_wait (10 s)");
        assertThat(watchdog.allowFor(ALL)).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void afterAFailureOthersHaveTheirTurn() {
        fails = true;
        DeviceWatchdog watchdog = watchdog(WatchdogSettings.REQUIRED);
        assertThat(watchdog.problem()).isEmpty();
        assertThat(watchdog.allowFor(ALL)).isFalse();
        assertThat(watchdog.problem().orElseThrow()).contains("could not be armed: input/output error");

        fails = false;
        assertThat(watchdog.allowFor(ALL)).isFalse();
        time = time.plus(ofSeconds(30));
        assertThat(watchdog.problem()).isEmpty();
        assertThat(watchdog.allowFor(ALL)).isTrue();
    }

    @Test
    void whoCannotFeedWhatIsRequiredGivesUpWhileThereIsTimeToStop() {
        DeviceWatchdog watchdog = armed(WatchdogSettings.REQUIRED);
        fails = true;
        watchdog.leadershipRenewed(ALL);
        assertThat(watchdog.problem()).isEmpty();

        time = time.plus(ofSeconds(10));
        watchdog.leadershipRenewed(ALL);
        assertThat(watchdog.problem().orElseThrow()).contains("could not be fed: input/output error");

        fails = false;
        assertThat(watchdog.allowFor(ALL)).isTrue();
        assertThat(watchdog.problem()).isEmpty();
    }

    @Test
    void whatIsNotRequiredIsNeverAProblem() {
        fails = true;

        assertThat(watchdog(WatchdogSettings.AUTOMATIC).allowFor(ALL)).isTrue();
        assertThat(watchdog(WatchdogSettings.AUTOMATIC).problem()).isEmpty();
    }

    @Test
    void itStaysArmedWhenTheProcessGoesAway() {
        armed(WatchdogSettings.AUTOMATIC).close();

        assertThat(told).endsWith("feed", "close").doesNotContain("disarm");
    }

    @Test
    void whatAnEarlierProcessHasLeftArmedIsDisarmedWhenTheServerIsClosed() {
        leftArmed = true;
        DeviceWatchdog watchdog = watchdog(WatchdogSettings.AUTOMATIC);

        watchdog.disarm();
        watchdog.disarm();

        assertThat(told).containsExactly("open", "disarm");
    }
}
