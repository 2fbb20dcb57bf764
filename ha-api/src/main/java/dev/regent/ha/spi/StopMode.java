package dev.regent.ha.spi;

/** How a server is stopped. */
public enum StopMode {
    /** Checkpoint while clients still write, then {@link #FAST}: the shortest pause for a planned handover. */
    GRACEFUL,
    /** Clients are disconnected, connected standbys receive everything, a shutdown checkpoint is written. */
    FAST,
    /** No more writes as soon as possible: the server will need crash recovery. */
    IMMEDIATE
}
