package dev.regent.postgres;

import dev.regent.ha.spi.SecretProvider;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A password that may change, and be out of reach for a while; remembers what it was. Thread-safe. */
final class Secret {
    private static final Logger LOG = LoggerFactory.getLogger(Secret.class);

    private final String username;
    private final SecretProvider provider;
    private @Nullable String last;
    private @Nullable String previous;
    private boolean complained;

    Secret(String username, SecretProvider provider) {
        this.username = username;
        this.provider = provider;
    }

    synchronized String current() throws IOException {
        try {
            take(provider.current());
        } catch (IOException | RuntimeException unavailable) {
            complain(unavailable);
        }
        String known = last;
        if (known == null) {
            throw new IOException("there is no password for " + username);
        }
        return known;
    }

    /** What it was before it last changed. */
    synchronized Optional<String> previous() {
        return Optional.ofNullable(previous);
    }

    private void take(String found) {
        if (last != null && !found.equals(last)) {
            previous = last;
            LOG.info("The password of {} has changed, and is used from now on", username);
        }
        last = found;
        complained = false;
    }

    private void complain(Exception unavailable) throws IOException {
        String message = "the password of " + username + " cannot be had: " + unavailable.getMessage();
        if (last == null) {
            throw new IOException(message, unavailable);
        }
        if (!complained) {
            LOG.warn("{}; the one before is used", message);
        }
        complained = true;
    }
}
