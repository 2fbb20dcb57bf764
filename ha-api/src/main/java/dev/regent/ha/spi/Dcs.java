package dev.regent.ha.spi;

import java.time.Duration;

/**
 * A small linearizable store with sessions that expire, opened for one key prefix that belongs to one cluster. Every call
 * blocks for at most its timeout and then throws {@link DcsException}: the outcome is unknown, read again. Losing a race is
 * a return value. Keys are relative to the prefix, for example {@code leader} or {@code members/node1}; values are text.
 *
 * <p>Thread-safe, except that a {@link Session} is used by one thread at a time. An implementation proves itself by
 * extending {@code DcsContract} of the testkit.
 */
public interface Dcs extends AutoCloseable {
    /** Every entry, at one revision, not older than the call. */
    Entries read() throws DcsException;

    /**
     * Writes an entry that is bound to no session, also when it was bound to one before. False when the entry is not what
     * was expected.
     */
    boolean write(String key, String value, Expected expected) throws DcsException;

    /** False when the entry is not what was expected; deleting what is absent with {@link Expected#ANYTHING} is true. */
    boolean delete(String key, Expected expected) throws DcsException;

    /** Opens a session; its time to live counts from before this call. A store may lengthen it, never shorten it. */
    Session openSession(Duration ttl) throws DcsException;

    /**
     * Calls back, on a thread of the store's own, after something may have changed. A hint: it may come late, more than
     * once, or never, and the callback must return at once. Closing the result ends it.
     */
    Subscription watch(Runnable onChange);

    /** The longest that a call may block from now on; the caller adapts it to the configured time to live. */
    void limitCallsTo(Duration timeout);

    @Override
    void close();
}
