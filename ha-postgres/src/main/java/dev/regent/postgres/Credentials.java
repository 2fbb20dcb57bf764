package dev.regent.postgres;

import dev.regent.ha.spi.SecretProvider;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who logs in to PostgreSQL, with which password and which of libpq's connection options ({@code sslmode},
 * {@code sslcert} …). The password is asked for at each login. Never printed with its password. Thread-safe.
 */
public final class Credentials {
    private final String username;
    private final Optional<Secret> secret;
    private final Map<String, String> options;

    private Credentials(String username, Optional<Secret> secret, Map<String, String> options) {
        if (username.isBlank()) {
            throw new IllegalArgumentException(
                    "expected a user name, found none: name the PostgreSQL user to log in as");
        }
        this.username = username;
        this.secret = secret;
        this.options = Collections.unmodifiableMap(new TreeMap<>(options));
    }

    public static Credentials of(String username, String password) {
        return of(username, SecretProvider.of(password));
    }

    /** With a password that may change. */
    public static Credentials of(String username, SecretProvider password) {
        return new Credentials(username, Optional.of(new Secret(username, password)), Map.of());
    }

    /** For a user whom PostgreSQL lets in by other means, such as a certificate or the operating system's user. */
    public static Credentials withoutPassword(String username) {
        return new Credentials(username, Optional.empty(), Map.of());
    }

    /** The same user and password, with these connection options and no others. */
    public Credentials withOptions(Map<String, String> values) {
        return new Credentials(username, secret, values);
    }

    public String username() {
        return username;
    }

    public Map<String, String> options() {
        return options;
    }

    boolean hasPassword() {
        return secret.isPresent();
    }

    /** As it is now; or, when it cannot be had, as it was. */
    Optional<String> password() throws IOException {
        return secret.isPresent() ? Optional.of(secret.get().current()) : Optional.empty();
    }

    /** The one before, where it has changed: the server may not know the new one yet. */
    Optional<String> passwordBefore() {
        return secret.flatMap(Secret::previous);
    }

    @Override
    public String toString() {
        return "Credentials[" + username + "]";
    }
}
