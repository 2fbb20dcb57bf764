package dev.regent.postgres;

import java.util.Locale;

/** What a server is in its cluster, as far as its configuration may depend on it. Immutable. */
public enum ServerRole {
    PRIMARY,
    REPLICA,
    /** The server of a standby cluster that its other members follow. */
    STANDBY_LEADER;

    /** As keys of the configuration end with it: {@code parameters_primary}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
