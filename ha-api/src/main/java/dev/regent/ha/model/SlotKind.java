package dev.regent.ha.model;

/** What a replication slot is for: streaming, or decoding the changes of one database with a plugin. Immutable. */
public sealed interface SlotKind {
    static SlotKind physical() {
        return new Physical();
    }

    /** Standbys, and tools that receive WAL, stream by it. */
    record Physical() implements SlotKind {}

    /** The changes of the database are decoded by the plugin. */
    record Logical(String database, String plugin) implements SlotKind {}

    default boolean isLogical() {
        return this instanceof Logical;
    }
}
