package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.sql.SQLException;
import java.time.Duration;

/** Makes a running standby a primary. Used by one thread. */
final class Promotion {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Poll PROMOTED = Poll.every(Duration.ofMillis(5));

    private final Probe probe;
    private final RunningFacts facts;

    Promotion(Probe probe, RunningFacts facts) {
        this.probe = probe;
        this.facts = facts;
    }

    /** Returns when the server accepts writes; one that does already is let alone. */
    void promote(Postmaster server) throws DatabaseException, InterruptedException {
        try {
            boolean told = probe.ask(PATIENCE, connection -> {
                if (Reload.value(connection, "SELECT pg_is_in_recovery()").equals("f")) {
                    return true;
                }
                facts.promoting();
                return Reload.value(connection, "SELECT pg_promote(false)").equals("t");
            });
            if (!told) {
                throw new DatabaseException(
                        "expected the standby to accept the order to promote itself, found that it did"
                                + " not: see the server's log");
            }
        } catch (SQLException silent) {
            throw new DatabaseException(
                    "expected the standby to answer when told to promote itself, found: " + silent.getMessage(),
                    silent);
        }
        PROMOTED.until(() -> acceptsWrites(server));
    }

    private boolean acceptsWrites(Postmaster server) throws DatabaseException, InterruptedException {
        if (!server.isAlive()) {
            throw new DatabaseException("expected the standby to become a primary, found that it ended: see its log");
        }
        try {
            return probe.ask(
                    PATIENCE,
                    connection -> Reload.value(connection, "SELECT pg_is_in_recovery()")
                            .equals("f"));
        } catch (SQLException busy) {
            return false;
        }
    }
}
