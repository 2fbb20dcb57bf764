package dev.regent.ha.model;

/**
 * The leader entry. {@code ours} tells whether it is bound to this node's own session: an entry with this node's name may
 * still belong to an earlier life of it. Immutable.
 */
public record LeaderEntry(NodeName name, long revision, boolean ours) {}
