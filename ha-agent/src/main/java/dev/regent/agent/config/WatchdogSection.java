package dev.regent.agent.config;

import dev.regent.ha.model.WatchdogSettings;
import dev.regent.ha.spi.WatchdogDriver;
import dev.regent.ha.spi.WatchdogDriverProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * What guards the server, and its host, from outside the agent while the node leads. Immutable.
 *
 * @param settings absent when nothing does
 * @param driver the name of a {@link WatchdogDriverProvider}
 */
public record WatchdogSection(Optional<WatchdogSettings> settings, String driver, Path device) {
    private static final String DEFAULT_DRIVER = "default";
    private static final String DEFAULT_DEVICE = "/dev/watchdog";
    private static final int HALF_OF_TTL = -1;

    static WatchdogSection of(Section section) {
        Optional<Duration> safetyMargin = safetyMargin(section);
        return new WatchdogSection(
                mode(section).map(mode -> new WatchdogSettings(mode, safetyMargin)),
                driver(section),
                Path.of(section.text("device").orElse(DEFAULT_DEVICE)));
    }

    private static Optional<WatchdogSettings.Mode> mode(Section section) {
        String mode = section.text("mode").orElse("automatic");
        return switch (mode) {
            case "off", "false", "disable", "disabled" -> Optional.empty();
            case "automatic", "auto" -> Optional.of(WatchdogSettings.Mode.AUTOMATIC);
            case "required", "require" -> Optional.of(WatchdogSettings.Mode.REQUIRED);
            default -> throw section.wrong("mode", "off, automatic or required", mode);
        };
    }

    private static Optional<Duration> safetyMargin(Section section) {
        Optional<String> text = section.text("safety_margin");
        if (text.isEmpty()) {
            return Optional.of(WatchdogSettings.DEFAULT_SAFETY_MARGIN);
        }
        try {
            int seconds = Integer.parseInt(text.get());
            if (seconds >= HALF_OF_TTL) {
                return seconds == HALF_OF_TTL ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
            }
        } catch (NumberFormatException notANumber) {
            // refused below
        }
        throw section.wrong("safety_margin", "seconds, or -1 for half of ttl", text.get());
    }

    private static String driver(Section section) {
        String name = section.text("driver").orElse(DEFAULT_DRIVER);
        TreeMap<String, WatchdogDriverProvider> known = providers();
        if (!known.containsKey(name)) {
            throw section.wrong("driver", String.join(" or ", known.keySet()), name);
        }
        return name;
    }

    private static TreeMap<String, WatchdogDriverProvider> providers() {
        TreeMap<String, WatchdogDriverProvider> providers = new TreeMap<>();
        ServiceLoader.load(WatchdogDriverProvider.class).forEach(provider -> providers.put(provider.name(), provider));
        return providers;
    }

    public boolean isRequired() {
        return settings.filter(WatchdogSettings::isRequired).isPresent();
    }

    /** The driver for the device; a system that has no such devices is an {@link IllegalArgumentException}. */
    public WatchdogDriver open() {
        WatchdogDriverProvider provider = providers().get(driver);
        if (provider == null) {
            throw new IllegalStateException("the driver " + driver + " was there when the configuration was read");
        }
        return provider.driver(device);
    }
}
