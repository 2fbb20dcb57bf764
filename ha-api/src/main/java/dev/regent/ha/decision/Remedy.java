package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.SyncState;
import dev.regent.ha.spi.PeerStatus;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What would unblock a node that waits, with the command to run where there is one. Immutable.
 *
 * @param needsPerson nothing goes on before somebody does it; otherwise it may also come right by itself
 */
public record Remedy(String text, boolean needsPerson) {

    /** Absent where all is well, or the node helps itself. */
    public static Optional<Remedy> of(Snapshot now, Decision decision) {
        return switch (decision.reason()) {
            case NOT_STANDING -> Optional.of(toStand(now, now.knowledge().lastView()));
            case DIVERGED_AND_CANNOT_REWIND -> person("copy the leader's data anew: regentctl reinit " + memberOf(now));
            case FOREIGN_DATA ->
                person("start this node with an empty data directory, or in the scope that its data belongs to");
            case UNREADABLE_DATA -> person("repair the data directory or empty it, and start this node again");
            case STANDBY_WITHOUT_CLUSTER -> person("start the node whose server is the primary");
            case MAY_NOT_CREATE_A_CLUSTER -> person("start a node that may create the cluster");
            case NOTHING_TO_CLONE_FROM -> toClone(now);
            case PAUSED, PAUSED_WITHOUT_PRIMARY ->
                hint("regentctl resume " + now.node().scope());
            case STORE_UNREACHABLE, STORE_UNREACHABLE_BUT_LEADING ->
                hint("bring the store, or the network between it and this node, back");
            case PROMOTION_REFUSED ->
                hint("see the log of that script in the server's work directory for why it refuses");
            case RETRYING_SOON, CANNOT_PROMOTE, CANNOT_START ->
                hint("see the logs of this agent and of its server for why it fails");
            case SERVER_DOES_NOT_ANSWER -> hint("see the server's log; a hanging disk is the usual cause");
            case UNFIT_AND_STAYS ->
                Optional.of(new Remedy(
                        "repair the storage of this member, or let another lead: regentctl switchover "
                                + now.node().scope(),
                        !UnfitLeader.isToLast(now)));
            case NOT_STREAMING_YET -> hint("see the server's log: can it reach and log in to " + upstreamOf(now) + "?");
            case NOT_STREAMING_FROM_REMOTE ->
                hint("see the server's log: can it reach and log in to " + upstreamOf(now)
                        + "? If the remote cluster is lost, take standby_cluster out of the configuration, and this one"
                        + " accepts writes");
            case LEADER_NOT_RUNNING_YET, LEADER_NOT_READY_FOR_REWIND -> askLeader(now);
            case WATCHDOG_FAILED -> person("repair the watchdog, or let the node lead without one: watchdog.mode");
            case UNKNOWN_TO_LEADER ->
                person("start one of the members that the last leader knew; if no server accepts writes any more:"
                        + " regentctl edit-config " + now.node().scope() + " -s failsafe_mode=false");
            case NOT_ALL_MEMBERS_AGREE, ALL_MEMBERS_AGREE ->
                hint("bring the store, or the network between it and this node, back");
            case WORD_GIVEN, WORD_MAY_BE_GIVEN -> hint("it ends by itself");
            case RACE_POSTPONED -> hint("it ends by itself; " + failoverToMe(now) + " does not wait for it");
            default -> Optional.empty();
        };
    }

    private static String upstreamOf(Snapshot now) {
        return now.database().following().isEmpty()
                ? "its upstream"
                : now.database().following().stream().map(Object::toString).collect(Collectors.joining(" or "));
    }

    private static Remedy toStand(Snapshot now, ClusterView view) {
        boolean othersMay = !now.isBeyondLoopWait(now.vacantFor()) || Successors.exist(now, view);
        if (othersMay) {
            return new Remedy("another member may be about to lead; " + failoverToMe(now) + " decides it", false);
        }
        Optional<NodeName> primary = now.peers().entrySet().stream()
                .filter(peer -> peer.getValue() instanceof PeerStatus.Answer answer && !answer.inRecovery())
                .map(Map.Entry::getKey)
                .findFirst();
        if (primary.isPresent()) {
            return new Remedy("stop the server of " + primary.get() + ", or let its agent lead again", true);
        }
        if (now.node().tags().nofailover()) {
            return new Remedy("start a member that may lead, or take the tag nofailover from this one", true);
        }
        SyncState sync = view.sync();
        return sync.isActive() && !sync.contains(now.self())
                ? new Remedy(
                        "start one of " + sync.leader().map(NodeName::value).orElse("") + " and " + sync.standbys()
                                + "; if they are lost for good: " + failoverToMe(now)
                                + " (acknowledged commits may be lost)",
                        true)
                : new Remedy("let this member lead by hand: " + failoverToMe(now), true);
    }

    private static Optional<Remedy> toClone(Snapshot now) {
        boolean vacant = now.knowledge().lastView().isVacant();
        return vacant && now.isBeyondLoopWait(now.vacantFor())
                ? person("start a member that holds the cluster's data")
                : hint("wait for the leader to run; regentctl explain "
                        + now.node().scope() + " says what it waits for");
    }

    private static Optional<Remedy> askLeader(Snapshot now) {
        return now.knowledge()
                .lastView()
                .leader()
                .map(leader -> new Remedy(
                        "see what " + leader.name() + " waits for: regentctl explain "
                                + now.node().scope(),
                        false));
    }

    private static String failoverToMe(Snapshot now) {
        return "regentctl failover " + now.node().scope() + " --candidate " + now.self() + " --force";
    }

    private static String memberOf(Snapshot now) {
        return now.node().scope() + " " + now.self();
    }

    private static Optional<Remedy> person(String text) {
        return Optional.of(new Remedy(text, true));
    }

    private static Optional<Remedy> hint(String text) {
        return Optional.of(new Remedy(text, false));
    }
}
