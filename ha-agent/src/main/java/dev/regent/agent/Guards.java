package dev.regent.agent;

import dev.regent.agent.config.WatchdogSection;
import dev.regent.ha.engine.Ticker;
import dev.regent.ha.spi.Watchdog;
import dev.regent.ha.watchdog.DeviceWatchdog;
import dev.regent.ha.watchdog.LimitedDriver;
import dev.regent.postgres.Guardian;
import dev.regent.postgres.PostgresSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What guards the server and its host from outside this process, as the section watchdog says. */
final class Guards {
    private static final Logger LOG = LoggerFactory.getLogger(Guards.class);

    private Guards() {}

    /** What is required and cannot be had is an {@link IllegalArgumentException} for people. */
    static Watchdog of(WatchdogSection section, PostgresSettings server) {
        if (section.settings().isEmpty()) {
            return Watchdog.none();
        }
        // The device first, which never throws: the other must not keep it from being told
        return Watchdog.allOf(device(section), guardian(section, server));
    }

    private static Watchdog device(WatchdogSection section) {
        try {
            return new DeviceWatchdog(
                    new LimitedDriver(section.open()), section.settings().orElseThrow(), Ticker.system());
        } catch (IllegalArgumentException unsupported) {
            if (section.isRequired()) {
                throw unsupported;
            }
            LOG.info("no watchdog device is used: {}", unsupported.getMessage());
            return Watchdog.none();
        }
    }

    private static Watchdog guardian(WatchdogSection section, PostgresSettings server) {
        try {
            return new Guardian(server);
        } catch (IllegalArgumentException unsupported) {
            if (section.isRequired()) {
                throw unsupported;
            }
            LOG.warn("the server is not guarded from outside this process: {}", unsupported.getMessage());
            return Watchdog.none();
        }
    }
}
