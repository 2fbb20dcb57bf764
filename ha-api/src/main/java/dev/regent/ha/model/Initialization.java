package dev.regent.ha.model;

import java.util.regex.Pattern;

/**
 * The {@code initialize} entry: empty while a node creates the cluster, then the cluster's system identifier. {@code ours}
 * tells whether it is bound to this node's session, that is, whether this node is the one that creates. Immutable.
 */
public record Initialization(String value, long revision, boolean ours) {
    private static final Pattern SYSTEM_ID = Pattern.compile("\\d{10,}");

    /** Whether the cluster has been created: the value is a system identifier, not a claim. */
    public boolean isComplete() {
        return SYSTEM_ID.matcher(value).matches();
    }
}
