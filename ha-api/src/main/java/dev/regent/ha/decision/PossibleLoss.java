package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.PeerStatus;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the cluster may lose when this node leads from now on, as far as anybody has said how far the log once reached.
 * Immutable.
 *
 * @param bytes how far the log is known to have reached beyond this node's; 0 when nobody knows
 * @param holder who has said so; absent when that was the last leader's word in the store
 * @param sinceLastCommit how old the last commit is that this node has replayed; absent when the server does not say
 * @param promised synchronous replication may have promised some of it to be kept
 */
public record PossibleLoss(
        long bytes, Optional<NodeName> holder, Optional<Duration> sinceLastCommit, boolean promised) {
    private static final DateTimeFormatter REPLAYED = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendOffset("+HH:MM", "+00:00")
            .toFormatter(Locale.ROOT);

    /** Absent when nothing is known to be missing, or what is missing was acknowledged to nobody who waits for standbys. */
    public static Optional<PossibleLoss> of(Snapshot now) {
        ClusterView view = now.knowledge().lastView();
        // Who is one of a quorum holds what the votes of an election have found; whom a person names was not voted for.
        boolean named = view.sync().isActive() && view.sync().contains(now.self());
        boolean holdsPromises = named && view.sync().quorum() == 0;
        if (holdsPromises || !now.database().is(ServerState.STANDBY)) {
            return Optional.empty();
        }
        Lsn furthest = view.status().optime();
        Optional<NodeName> holder = Optional.empty();
        for (Map.Entry<NodeName, WalPosition> known : positions(now, view).entrySet()) {
            boolean comparable =
                    known.getValue().timeline() >= now.database().wal().timeline();
            if (comparable && known.getValue().position().isAfter(furthest)) {
                furthest = known.getValue().position();
                holder = Optional.of(known.getKey());
            }
        }
        long bytes = Math.max(0, furthest.minus(now.database().wal().position()));
        return bytes > 0 || (view.sync().isActive() && !named)
                ? Optional.of(new PossibleLoss(
                        bytes, holder, sinceLastCommit(now), view.sync().isActive()))
                : Optional.empty();
    }

    /** What members have published, and over that what they have just answered. */
    private static Map<NodeName, WalPosition> positions(Snapshot now, ClusterView view) {
        Map<NodeName, WalPosition> positions = new TreeMap<>();
        for (Member member : view.members().values()) {
            if (!member.name().equals(now.self())) {
                positions.put(member.name(), member.wal());
            }
        }
        now.peers().forEach((name, status) -> {
            if (status instanceof PeerStatus.Answer answer) {
                positions.put(name, answer.wal());
            }
        });
        return positions;
    }

    private static Optional<Duration> sinceLastCommit(Snapshot now) {
        return now.database()
                .facts()
                .replayedTimestamp()
                .flatMap(PossibleLoss::time)
                .map(time -> Duration.between(time, now.now()))
                .filter(age -> !age.isNegative());
    }

    /** As the server prints it, {@code 2031-03-04 01:59:58.123456+00:00}; what cannot be read is not known. */
    private static Optional<OffsetDateTime> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text, REPLAYED));
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    /** As a sentence that goes on behind the name of the new leader. */
    public String text() {
        String amount = bytes > 0
                ? bytes + " bytes of WAL that "
                        + holder.map(name -> name + " has").orElse("the last leader had written")
                : "commits, nobody knows how many";
        String age = sinceLastCommit
                .map(time -> "; its last replayed commit is " + time.toSeconds() + " s old")
                .orElse("");
        return "may lack " + amount + (promised ? ", which may include acknowledged commits" : "") + age;
    }
}
