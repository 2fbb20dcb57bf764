package dev.regent.ha.spi;

/** Somebody who was asked first, a person's script for example, has said no; nothing has been done. */
public final class RefusedException extends DatabaseException {
    private static final long serialVersionUID = 1L;

    public RefusedException(String message) {
        super(message);
    }
}
