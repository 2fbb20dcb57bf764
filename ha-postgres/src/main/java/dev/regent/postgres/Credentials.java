package dev.regent.postgres;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who logs in to PostgreSQL, and with which password and connection options ({@code sslmode}, {@code sslrootcert} …). Never
 * printed with its password. Immutable.
 */
public record Credentials(String username, Optional<String> password, Map<String, String> options) {

    public Credentials {
        if (username.isBlank()) {
            throw new IllegalArgumentException(
                    "expected a user name, found none: name the PostgreSQL user to log in as");
        }
        options = Collections.unmodifiableMap(new TreeMap<>(options));
    }

    public static Credentials of(String username, String password) {
        return new Credentials(username, Optional.of(password), Map.of());
    }

    /** For a user whom PostgreSQL lets in by other means, such as a certificate or the operating system's user. */
    public static Credentials withoutPassword(String username) {
        return new Credentials(username, Optional.empty(), Map.of());
    }

    @Override
    public String toString() {
        return "Credentials[" + username + "]";
    }
}
