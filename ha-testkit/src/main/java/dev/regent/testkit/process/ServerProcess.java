package dev.regent.testkit.process;

import java.io.IOException;

/** A server of a test, wherever it runs. Used by one thread at a time. Closing it leaves nothing behind. */
interface ServerProcess extends AutoCloseable {
    void start() throws IOException;

    /** Asks the server to end and waits until it has; kills it when it does not in time. */
    void stop() throws IOException, InterruptedException;

    /** Ends the server at once, also a frozen one. */
    void kill() throws IOException, InterruptedException;

    void freeze() throws IOException, InterruptedException;

    void thaw() throws IOException, InterruptedException;

    boolean isAlive();

    /** The last lines that the server wrote, for error messages. */
    String lastOutput();

    @Override
    void close();
}
