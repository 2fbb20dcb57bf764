package dev.regent.ha.model;

import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * A restart that is to happen at a time of day, unless the server is restarted before. Immutable.
 *
 * @param serverStartedAt when the server that is to be restarted was started, as it says itself; absent when it did not run
 */
public record ScheduledRestart(OffsetDateTime at, RestartConditions conditions, Optional<String> serverStartedAt) {}
