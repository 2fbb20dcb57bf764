package dev.regent.ha.model;

import java.util.Locale;

/** The name of a cluster member, unique within its cluster. Immutable. */
public record NodeName(String value) implements Comparable<NodeName> {
    /** Stands for "nobody" in {@code synchronous_standby_names}; no member may bear it. */
    public static final String STRICT_SYNC_PLACEHOLDER = "__patroni_strict_sync_replica_placeholder__";

    private static final int LONGEST_SLOT_NAME = 63;

    public NodeName {
        if (value.isBlank() || value.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "a member name must not be blank or contain '/', found \"" + value + "\": choose another name");
        }
        if (value.equals(STRICT_SYNC_PLACEHOLDER)) {
            throw new IllegalArgumentException("the member name " + value + " is reserved: choose another name");
        }
    }

    public static NodeName of(String value) {
        return new NodeName(value);
    }

    /** Whether both names are the same member where PostgreSQL compares names: in synchronous replication, ignoring case. */
    public boolean matches(String applicationName) {
        return value.equalsIgnoreCase(applicationName);
    }

    /** The replication slot that peers keep for this member; the mapping is part of the protocol between members. */
    public String slotName() {
        return slotNameOf(value);
    }

    /** The slot that stands for any name, by the same mapping. */
    static String slotNameOf(String value) {
        StringBuilder slot = new StringBuilder();
        value.toLowerCase(Locale.ROOT).codePoints().forEach(c -> appendSlotCharacter(slot, c));
        return slot.substring(0, Math.min(LONGEST_SLOT_NAME, slot.length()));
    }

    private static void appendSlotCharacter(StringBuilder slot, int c) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') {
            slot.appendCodePoint(c);
        } else if (c == '-' || c == '.') {
            slot.append('_');
        } else {
            slot.append('u').append(String.format(Locale.ROOT, "%04d", c));
        }
    }

    @Override
    public int compareTo(NodeName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
