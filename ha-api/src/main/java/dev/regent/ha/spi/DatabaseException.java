package dev.regent.ha.spi;

/** The server, or a tool that works on its data, did not do what it was told; the message says what and why. */
public class DatabaseException extends Exception {
    private static final long serialVersionUID = 1;

    public DatabaseException(String message) {
        super(message);
    }

    public DatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
