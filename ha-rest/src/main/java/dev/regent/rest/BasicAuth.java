package dev.regent.rest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** Lets only who knows the user and password change something. Immutable. */
final class BasicAuth {
    private static final String SCHEME = "Basic ";

    private final byte[] expected;

    BasicAuth(AccessSettings.Login login) {
        byte[] credentials = (login.username() + ":" + login.password()).getBytes(StandardCharsets.UTF_8);
        this.expected = Base64.getEncoder().encode(credentials);
    }

    void check(Optional<String> header) throws Refusal {
        if (header.isEmpty()) {
            throw unauthorized("no auth header received");
        }
        if (!header.get().startsWith(SCHEME) || !matches(header.get().substring(SCHEME.length()))) {
            throw unauthorized("not authenticated");
        }
    }

    /** Takes as long for a wrong password that begins right as for any other. */
    private boolean matches(String given) {
        return MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8));
    }

    private static Refusal unauthorized(String why) {
        return new Refusal(Response.text(Response.UNAUTHORIZED, why)
                .withHeaders(Map.of("WWW-Authenticate", "Basic realm=\"Patroni\"")));
    }
}
