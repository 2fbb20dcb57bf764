package dev.regent.ha.watchdog;

import dev.regent.ha.engine.Ticker;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.WatchdogSettings;
import dev.regent.ha.spi.Watchdog;
import dev.regent.ha.spi.WatchdogDriver;
import dev.regent.ha.spi.WatchdogDriver.Device;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device that resets the host, as a watchdog: armed before the server opens for writes, fed only when the leadership has
 * been renewed, disarmed when the server is closed. A device counts from the moment in which it is fed, the store from the
 * moment in which the renewal was sent; so it is not fed when that was too long ago for it to strike in time. Used by one
 * thread.
 */
public final class DeviceWatchdog implements Watchdog {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceWatchdog.class);

    /** However small the safety margin is, food may be as late as this share of the time to live. */
    private static final int LATENESS_SHARE_OF_TTL = 15;
    /** A leader whose device has not been fed for this share of its timeout has the rest of it to stop its server. */
    private static final int HUNGRY_SHARE_OF_TIMEOUT = 3;

    private record Armed(Device device, Duration asked, Duration timeout, Duration fedAt) {}

    private record Failure(String what, Duration at) {}

    private final WatchdogDriver driver;
    private final WatchdogSettings settings;
    private final Ticker ticker;
    private HaConfig config = HaConfig.DEFAULT;
    private @Nullable Armed armed;
    private @Nullable Failure failure;
    private boolean mayBeLeftArmed = true;
    private String lastTold = "";

    public DeviceWatchdog(WatchdogDriver driver, WatchdogSettings settings, Ticker ticker) {
        this.driver = driver;
        this.settings = settings;
        this.ticker = ticker;
    }

    @Override
    public void adopt(HaConfig present) {
        config = present;
    }

    @Override
    public boolean allowFor(Duration left) {
        Armed now = armed;
        if (now != null) {
            if (isInTime(left) && (failure != null || wanted().compareTo(now.asked()) < 0)) {
                feed(now);
            }
            return true;
        }
        Optional<String> obstacle = obstacle();
        obstacle.ifPresent(this::tell);
        if (obstacle.isPresent() || isResting()) {
            return !settings.isRequired();
        }
        if (!isInTime(left)) {
            return false;
        }
        arm();
        return armed != null || !settings.isRequired();
    }

    @Override
    public void leadershipRenewed(Duration left) {
        Armed now = armed;
        if (now == null) {
            return;
        }
        if (isInTime(left)) {
            feed(now);
        } else {
            fail("was not fed: the store has taken too long to confirm the leadership");
        }
    }

    @Override
    public Optional<String> problem() {
        if (!settings.isRequired()) {
            return Optional.empty();
        }
        Failure last = failure;
        Armed now = armed;
        if (now == null) {
            return obstacle().or(() -> isResting() && last != null ? Optional.of(last.what()) : Optional.empty());
        }
        return last != null && isHungry(now) ? Optional.of(last.what()) : Optional.empty();
    }

    @Override
    public void disarm() {
        Armed last = armed;
        if (last == null) {
            disarmLeftover();
            return;
        }
        armed = null;
        failure = null;
        lastTold = "";
        try {
            last.device().disarm();
            LOG.info("The watchdog {} is disarmed", driver.name());
        } catch (IOException failed) {
            fail("could not be disarmed, and may reset this host within " + seconds(last.timeout()) + ": "
                    + failed.getMessage());
        }
    }

    /** What an earlier process has left behind would reset this host, though the server is closed or a person's business. */
    private void disarmLeftover() {
        if (!mayBeLeftArmed || !driver.isArmed()) {
            mayBeLeftArmed = false;
            return;
        }
        if (isResting()) {
            return;
        }
        try {
            driver.open().disarm();
            LOG.info("The watchdog {} was left armed, and is disarmed", driver.name());
        } catch (IOException failed) {
            fail("was left armed, could not be disarmed, and may reset this host: " + failed.getMessage());
        }
    }

    /** The device stays as it is: armed, if it was. */
    @Override
    public void close() {
        Armed last = armed;
        armed = null;
        if (last != null) {
            try {
                last.device().close();
                LOG.warn(
                        "The watchdog {} stays armed: it resets this host unless another node takes over here",
                        driver.name());
            } catch (IOException failed) {
                LOG.warn("The watchdog {} could not be closed: {}", driver.name(), failed.getMessage());
            }
        }
    }

    private Duration wanted() {
        return settings.timeout(config.ttl());
    }

    /** Whether the device, if it is fed now, strikes before the leadership ends. */
    private boolean isInTime(Duration left) {
        Duration latest = config.ttl().minus(config.ttl().dividedBy(LATENESS_SHARE_OF_TTL));
        Duration needed = wanted().compareTo(latest) < 0 ? wanted() : latest;
        return left.compareTo(needed) >= 0;
    }

    private Optional<String> obstacle() {
        if (wanted().compareTo(config.loopWait()) < 0) {
            return Optional.of("the watchdog " + driver.name() + " cannot be used: with ttl " + seconds(config.ttl())
                    + " it would strike after " + seconds(wanted()) + ", which is less than loop_wait ("
                    + seconds(config.loopWait()) + "): choose a smaller watchdog.safety_margin or a longer ttl");
        }
        return driver.problem().map(problem -> "the watchdog " + driver.name() + " cannot be used: " + problem);
    }

    /** After a failure others have their turn before it is tried again. */
    private boolean isResting() {
        Failure last = failure;
        return last != null && ticker.read().minus(last.at()).compareTo(config.ttl()) < 0;
    }

    private boolean isHungry(Armed now) {
        Duration unfed = ticker.read().minus(now.fedAt());
        return unfed.compareTo(now.timeout().dividedBy(HUNGRY_SHARE_OF_TIMEOUT)) >= 0;
    }

    private void arm() {
        Device device;
        try {
            device = driver.open();
        } catch (IOException failed) {
            fail("could not be opened: " + failed.getMessage());
            return;
        }
        try {
            Armed ready = fed(device, wanted(), device.limitTo(wanted()));
            armed = ready;
            failure = null;
            mayBeLeftArmed = false;
            LOG.info(
                    "The watchdog {} is armed: it resets this host unless it is fed every {}",
                    driver.name(),
                    seconds(ready.timeout()));
        } catch (IOException failed) {
            giveBack(device);
            fail("could not be armed: " + failed.getMessage());
        }
    }

    private void feed(Armed now) {
        try {
            Device device = now.device();
            Duration wanted = wanted();
            armed = fed(device, wanted, now.asked().equals(wanted) ? now.timeout() : device.limitTo(wanted));
            failure = null;
            lastTold = "";
        } catch (IOException failed) {
            fail("could not be fed: " + failed.getMessage());
        }
    }

    private Armed fed(Device device, Duration wanted, Duration timeout) throws IOException {
        checkTimeout(wanted, timeout);
        device.feed();
        return new Armed(device, wanted, timeout, ticker.read());
    }

    private void checkTimeout(Duration wanted, Duration timeout) throws IOException {
        String found = "expected a timeout of " + seconds(wanted) + ", found that it has one of " + seconds(timeout);
        if (timeout.compareTo(config.loopWait()) < 0) {
            throw new IOException(found + ", less than loop_wait (" + seconds(config.loopWait()) + ")");
        }
        if (timeout.compareTo(wanted) <= 0) {
            return;
        }
        if (settings.isRequired()) {
            throw new IOException(found + ", so that it may strike after the leadership has ended: choose a longer ttl,"
                    + " or another device");
        }
        warn("the watchdog " + driver.name() + " may strike after the leadership has ended: " + found);
    }

    private void giveBack(Device device) {
        try {
            device.disarm();
        } catch (IOException failed) {
            warn("the watchdog " + driver.name() + " could not be disarmed, and may reset this host: "
                    + failed.getMessage());
        }
    }

    private void fail(String how) {
        String what = "the watchdog " + driver.name() + " " + how;
        failure = new Failure(what, ticker.read());
        warn(what);
    }

    /** The same only once: it may be found in every cycle. */
    private void warn(String what) {
        if (!what.equals(lastTold)) {
            lastTold = what;
            LOG.warn("{}", what);
        }
    }

    /** Many hosts have no device, which takes a person only where one is required. */
    private void tell(String obstacle) {
        if (settings.isRequired()) {
            warn(obstacle);
        } else if (!obstacle.equals(lastTold)) {
            lastTold = obstacle;
            LOG.info("Leading without a watchdog device: {}", obstacle);
        }
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }
}
