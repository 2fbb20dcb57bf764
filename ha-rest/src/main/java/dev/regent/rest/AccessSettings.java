package dev.regent.rest;

import java.util.List;
import java.util.Optional;

/**
 * Who may change something through the API; by default everybody. Immutable.
 *
 * @param allowlist networks as {@code 10.0.0.0/8}, addresses and host names; absent when any address may
 * @param allowlistIncludesMembers the addresses of the cluster's members may as well
 */
public record AccessSettings(
        Optional<Login> login, Optional<List<String>> allowlist, boolean allowlistIncludesMembers) {

    public static final AccessSettings OPEN = new AccessSettings(Optional.empty(), Optional.empty(), false);

    /** Not printed with its password. Immutable. */
    public record Login(String username, String password) {
        @Override
        public String toString() {
            return username;
        }
    }

    public AccessSettings {
        allowlist = allowlist.map(List::copyOf);
    }

    public AccessSettings withLogin(String username, String password) {
        return new AccessSettings(Optional.of(new Login(username, password)), allowlist, allowlistIncludesMembers);
    }
}
