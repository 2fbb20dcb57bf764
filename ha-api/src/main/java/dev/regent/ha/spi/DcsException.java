package dev.regent.ha.spi;

/** The store did not answer in time: whether a write took effect is unknown until the next read. */
public final class DcsException extends Exception {
    private static final long serialVersionUID = 1;

    public DcsException(String message) {
        super(message);
    }

    public DcsException(String message, Throwable cause) {
        super(message, cause);
    }
}
