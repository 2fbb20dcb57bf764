package dev.regent.ha.model;

import java.util.Optional;

/**
 * What a member's entry tells to people and tools and nothing decides on. Immutable.
 *
 * @param proxyUrl where clients are to connect instead of at the server itself
 * @param progress of long work under way
 */
public record MemberFacts(
        Optional<String> proxyUrl,
        PendingRestart pendingRestart,
        Optional<ScheduledRestart> scheduledRestart,
        Optional<Progress> progress) {
    public static final MemberFacts NONE =
            new MemberFacts(Optional.empty(), PendingRestart.NONE, Optional.empty(), Optional.empty());

    public MemberFacts withProgress(Optional<Progress> changed) {
        return new MemberFacts(proxyUrl, pendingRestart, scheduledRestart, changed);
    }
}
