package dev.regent.ha.model;

/**
 * What a standby knows of where its log comes from. Immutable.
 *
 * @param senderEnd how far its sender said that its own log goes; zero when there is none
 * @param archive it has a command that fetches the log from an archive
 */
public record WalSource(Lsn senderEnd, boolean archive) {
    public static final WalSource UNKNOWN = new WalSource(Lsn.ZERO, false);
}
