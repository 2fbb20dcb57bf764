package dev.regent.ha.model;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether the server has what it needs to work, as far as that has been found out: data, permissions, space, storage that
 * answers, and a log that can be written. That it answers questions says little of that. Immutable.
 *
 * @param why what was expected, what was found and what to do, for people; empty when all is well
 * @param lasting for how long it has been so, as far as this process has seen; zero when all is well
 * @param lastWrite how long it took when a file was last written to the storage
 */
public record ServerHealth(Finding finding, String why, Duration lasting, Optional<Duration> lastWrite) {
    /** What is wrong, from the least to the worst. */
    public enum Finding {
        /** All is well, or nothing else is known. */
        WELL,
        /** Too little space is left, or none, where the data or the log is. */
        DISK_FULL,
        /** The storage is read-only, or permissions are lost. */
        NOT_WRITABLE,
        /** The storage has not taken a file for too long; the log grows all the same. */
        STORAGE_SLOW,
        /** A transaction is not written to the log, though the server answers. */
        WRITES_STUCK,
        /** The storage has not answered for too long. */
        STORAGE_HANGS,
        /** A server runs, and its data is gone or has been replaced. */
        DATA_GONE;

        /** In words, as members publish it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        /** The server cannot serve, whatever it answers. */
        public boolean keepsFromServing() {
            return compareTo(WRITES_STUCK) >= 0;
        }
    }

    /** Nothing bad is known. */
    public static final ServerHealth WELL = new ServerHealth(Finding.WELL, "", Duration.ZERO, Optional.empty());

    public boolean isWell() {
        return finding == Finding.WELL;
    }

    /** What is wrong, as others are told; absent when nothing is. */
    public Optional<Trouble> trouble() {
        return isWell() ? Optional.empty() : Optional.of(new Trouble(finding.label(), why));
    }
}
