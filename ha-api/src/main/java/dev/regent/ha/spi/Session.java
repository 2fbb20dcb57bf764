package dev.regent.ha.spi;

import java.time.Duration;

/**
 * A promise to be alive: the entries bound to it vanish some time after it was last renewed, never sooner than its time to
 * live counted from the moment the renewal was sent. Nothing renews it in the background. Used by one thread.
 */
public interface Session {
    /** The id under which {@link Entries.Entry#session()} shows what is bound to this session. */
    String id();

    /**
     * How long the store surely keeps the session, counted from the moment a renewal was sent. Never longer than the ttl
     * it was opened with; shorter where the store measures less exactly.
     */
    Duration timeToLive();

    /** False when the session has ended in the store and another one must be opened. */
    boolean renew() throws DcsException;

    /**
     * Writes an entry and binds it to this session, also when it was bound to another or to none. False when the entry is
     * not what was expected, or when the session has ended.
     */
    boolean write(String key, String value, Expected expected) throws DcsException;

    /** Ends the session at once, together with what is bound to it. */
    void end() throws DcsException;
}
