package dev.regent.ha.model;

import java.time.OffsetDateTime;
import java.util.Optional;

/** The end of one timeline: where it ended, why, when, and who led after it. Immutable. */
public record TimelineSwitch(
        int timeline, Lsn position, String reason, Optional<OffsetDateTime> at, Optional<NodeName> newLeader) {}
