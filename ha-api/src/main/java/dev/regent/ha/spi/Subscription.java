package dev.regent.ha.spi;

/** Something that calls back until it is closed. Closing is idempotent and does not wait for a callback under way. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
