package dev.regent.ha.model;

import java.util.Optional;

/**
 * What a member's entry tells to people and tools and nothing decides on. Immutable.
 *
 * @param proxyUrl where clients are to connect instead of at the server itself
 * @param progress of long work under way
 * @param trouble what is wrong with the member's server or its storage
 */
public record MemberFacts(
        Optional<String> proxyUrl,
        PendingRestart pendingRestart,
        Optional<ScheduledRestart> scheduledRestart,
        Optional<Progress> progress,
        Optional<Trouble> trouble) {
    public static final MemberFacts NONE =
            new MemberFacts(Optional.empty(), PendingRestart.NONE, Optional.empty(), Optional.empty());

    /** Of a member with whose server nothing is wrong. */
    public MemberFacts(
            Optional<String> proxyUrl,
            PendingRestart pendingRestart,
            Optional<ScheduledRestart> scheduledRestart,
            Optional<Progress> progress) {
        this(proxyUrl, pendingRestart, scheduledRestart, progress, Optional.empty());
    }

    public MemberFacts withProgress(Optional<Progress> changed) {
        return new MemberFacts(proxyUrl, pendingRestart, scheduledRestart, changed, trouble);
    }
}
