package dev.regent.ha.model;

import java.util.Locale;

/** A member's role as other members and tools read it in the store. Immutable. */
public enum Role {
    PRIMARY,
    STANDBY_LEADER,
    REPLICA,
    PROMOTED,
    DEMOTED,
    UNINITIALIZED;

    /** Accepts the old word {@code master} as well; anything unknown is {@link #UNINITIALIZED}. */
    public static Role fromLabel(String label) {
        if (label.equals("master")) {
            return PRIMARY;
        }
        for (Role role : values()) {
            if (role.label().equals(label)) {
                return role;
            }
        }
        return UNINITIALIZED;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
