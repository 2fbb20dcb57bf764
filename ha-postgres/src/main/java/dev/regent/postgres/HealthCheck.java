package dev.regent.postgres;

import dev.regent.ha.model.ServerHealth.Finding;
import java.io.IOException;
import java.util.Optional;

/** One thing that is looked at to find out whether a server's storage serves it. May block for as long as the storage does. */
@FunctionalInterface
interface HealthCheck {
    /** What is wrong, in words: what was expected, found, and what to do. */
    record Problem(Finding finding, String why) {}

    /** Absent when all is well. An exception says nothing of the storage. */
    Optional<Problem> look() throws IOException;
}
