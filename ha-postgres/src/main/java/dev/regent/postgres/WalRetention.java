package dev.regent.postgres;

/** The server's setting that keeps WAL from being recycled. */
final class WalRetention {
    /** Since this version the setting counts megabytes, before segments. */
    private static final int IN_MEGABYTES = 13;

    private WalRetention() {}

    /** As an argument of the server: nothing is recycled. */
    static String everything(int majorVersion) {
        return "--" + (majorVersion >= IN_MEGABYTES ? "wal_keep_size" : "wal_keep_segments") + "=" + Integer.MAX_VALUE;
    }
}
