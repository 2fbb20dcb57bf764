package dev.regent.ctl;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.HaConfig.SynchronousMode;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Asks for another leader: finds out what exactly is wanted, and that it makes sense, then tells the cluster. */
final class LeaderChange {
    /** What a user said on the command line. */
    record Wish(Optional<String> leader, Optional<String> candidate, Optional<String> scheduled, boolean force) {}

    private static final int NOT_IMPLEMENTED = 501;
    private static final String NO_SUCH_OPERATION = "Server does not support this operation";

    private final Cluster cluster;
    private final Terminal terminal;
    private final Wish wish;
    /** {@code switchover} or {@code failover}: the word in questions and messages, and the endpoint. */
    private final String action;

    private final Look look;
    private final ClusterView view;
    private final HaConfig config;

    private LeaderChange(Cluster cluster, Terminal terminal, String action, Wish wish) {
        this.cluster = cluster;
        this.terminal = terminal;
        this.action = action;
        this.wish = wish;
        this.look = cluster.look();
        this.view = look.view();
        this.config = look.config();
    }

    /** False when it was asked for and did not happen. */
    static boolean switchover(Cluster cluster, Terminal terminal, Wish wish) throws InterruptedException {
        return new LeaderChange(cluster, terminal, "switchover", wish).run();
    }

    /** False when it was asked for and did not happen. */
    static boolean failover(Cluster cluster, Terminal terminal, Wish wish) throws InterruptedException {
        return new LeaderChange(cluster, terminal, "failover", wish).run();
    }

    private boolean run() throws InterruptedException {
        terminal.line("Current cluster topology");
        printMembers(look);
        Optional<NodeName> leader = isSwitchover() ? Optional.of(leaderToReplace()) : Optional.empty();
        Optional<NodeName> candidate = candidate();
        Optional<OffsetDateTime> at = isSwitchover()
                ? PlannedTime.ask(terminal, wish.scheduled(), wish.force(), "switchover", " ")
                : Optional.empty();
        if (at.isPresent() && config.paused()) {
            throw new CommandFailure("Can't schedule switchover in the paused state");
        }
        confirm(at);
        return send(new FailoverRequest(leader, candidate, at, 0));
    }

    private boolean isSwitchover() {
        return action.equals("switchover");
    }

    private void printMembers(Look seen) {
        terminal.print(MemberTable.print(seen));
    }

    private Optional<String> present() {
        return view.leader().map(LeaderEntry::name).map(NodeName::value);
    }

    private NodeName leaderToReplace() {
        String present = present().orElseThrow(() -> new CommandFailure("This cluster has no leader"));
        String leader = wish.leader().orElseGet(() -> wish.force() ? present : terminal.ask(leadersTitle(), present));
        if (!leader.equals(present)) {
            throw new CommandFailure("Member " + leader + " is not the leader of cluster " + cluster.name());
        }
        return NodeName.of(leader);
    }

    private String leadersTitle() {
        return look.isStandbyCluster() ? "Standby Leader" : "Primary";
    }

    private Optional<NodeName> candidate() {
        List<String> candidates = view.members().values().stream()
                .filter(member -> !view.isLedBy(member.name()) && !member.tags().nofailover())
                .map(member -> member.name().value())
                .toList();
        if (candidates.isEmpty()) {
            throw new CommandFailure("No candidates found to " + action + " to");
        }
        String candidate = wish.candidate().orElseGet(() -> wish.force() ? "" : askForOneOf(candidates));
        if (candidate.isEmpty()) {
            if (isSwitchover()) {
                return Optional.empty();
            }
            throw new CommandFailure("Failover could be performed only to a specific candidate");
        }
        if (present().filter(candidate::equals).isPresent()) {
            throw new CommandFailure("Member " + candidate + " is already the leader of cluster " + cluster.name());
        }
        if (!candidates.contains(candidate)) {
            throw new CommandFailure("Member " + candidate + " does not exist in cluster " + cluster.name()
                    + " or is tagged as nofailover");
        }
        NodeName name = NodeName.of(candidate);
        confirmAsynchronous(name);
        return Optional.of(name);
    }

    private String askForOneOf(List<String> candidates) {
        return terminal.ask(candidates.stream().collect(Collectors.joining("', '", "Candidate ['", "']")), "");
    }

    private void confirmAsynchronous(NodeName candidate) {
        boolean mayLoseCommits = !isSwitchover()
                && config.synchronousMode() != SynchronousMode.OFF
                && view.sync().isActive()
                && !view.sync().contains(candidate);
        if (mayLoseCommits && !wish.force()) {
            insist("Are you sure you want to failover to the asynchronous node " + candidate + "?", "failover");
        }
    }

    private void insist(String question, String what) {
        if (!terminal.confirm(question)) {
            throw new CommandFailure("Aborting " + what);
        }
    }

    private void confirm(Optional<OffsetDateTime> at) {
        if (wish.force()) {
            return;
        }
        String demoting =
                present().map(leader -> ", demoting current leader " + leader).orElse("");
        if (at.isPresent()) {
            insist(
                    "Are you sure you want to schedule switchover of cluster " + cluster.name() + " at "
                            + IsoTime.text(at.get()) + demoting + "?",
                    "scheduled switchover");
        } else {
            insist("Are you sure you want to " + action + " cluster " + cluster.name() + demoting + "?", action);
        }
    }

    private boolean send(FailoverRequest request) throws InterruptedException {
        Optional<Member> asked =
                view.leaderMember().or(() -> request.candidate().flatMap(view::member));
        try {
            RestCalls.Answer answer = cluster.post(asked.orElseThrow(), action, body(request));
            boolean isOld = answer.status() == NOT_IMPLEMENTED && answer.body().contains(NO_SUCH_OPERATION);
            return report(
                    isSwitchover() && isOld ? cluster.post(asked.orElseThrow(), "failover", body(request)) : answer);
        } catch (IOException unreachable) {
            terminal.warn("Failing over to DCS: " + RestCalls.cause(unreachable));
            terminal.stamped("Could not " + action + " using Patroni api, falling back to DCS");
            cluster.request(request);
            printMembers(look);
            return true;
        }
    }

    private ObjectNode body(FailoverRequest request) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("candidate", request.candidate().map(NodeName::value).orElse(null));
        request.leader().ifPresent(leader -> body.put("leader", leader.value()));
        request.scheduledAt().ifPresent(at -> body.put("scheduled_at", IsoTime.text(at)));
        return body;
    }

    private boolean report(RestCalls.Answer answer) {
        String name = isSwitchover() ? "Switchover" : "Failover";
        if (answer.isAccepted()) {
            terminal.stamped(answer.body());
            printMembers(cluster.look());
            return true;
        }
        boolean unknown = answer.body().toLowerCase(Locale.ROOT).contains("status unknown");
        String outcome = unknown ? " result unknown" : " failed";
        terminal.line(name + outcome + ", details: " + answer.status() + ", " + answer.body());
        return false;
    }
}
