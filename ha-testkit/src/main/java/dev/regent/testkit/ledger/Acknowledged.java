package dev.regent.testkit.ledger;

import java.time.Duration;

/** One write that a server has acknowledged: its number, which server, and when the answer arrived. Immutable. */
public record Acknowledged(long number, String url, Duration at) {}
