package dev.regent.ha.spi;

import java.nio.file.Path;

/**
 * Knows a kind of watchdog device by the name that configuration files have for it. Programs that are configured by a file
 * find providers with {@link java.util.ServiceLoader}; who embeds a node passes the driver itself. Stateless.
 */
public interface WatchdogDriverProvider {
    /** The value of {@code watchdog.driver} that means this kind. */
    String name();

    /** The driver for one device. Opens nothing; a system that has no such devices is an {@link IllegalArgumentException}. */
    WatchdogDriver driver(Path device);
}
