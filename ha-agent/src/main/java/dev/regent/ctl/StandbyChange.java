package dev.regent.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Makes a standby cluster of a cluster, or the reverse, and waits until its leader has become what it shall be. */
final class StandbyChange {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final String STANDBY_CLUSTER = "standby_cluster";

    /** What it is called, and what the leader's role is afterwards. */
    private enum Direction {
        DEMOTE("demote", "demotion", "standby_leader"),
        PROMOTE("promote", "promotion", "primary");

        private final String verb;
        private final String noun;
        private final String role;

        Direction(String verb, String noun, String role) {
            this.verb = verb;
            this.noun = noun;
            this.role = role;
        }

        boolean isReached(String present) {
            return present.equals(role) || (this == PROMOTE && present.equals("master"));
        }
    }

    private final Cluster cluster;
    private final Terminal terminal;
    private final Direction direction;

    private StandbyChange(Cluster cluster, Terminal terminal, Direction direction) {
        this.cluster = cluster;
        this.terminal = terminal;
        this.direction = direction;
    }

    static void demote(Cluster cluster, Terminal terminal, ObjectNode source, boolean force)
            throws InterruptedException {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.set(STANDBY_CLUSTER, source);
        new StandbyChange(cluster, terminal, Direction.DEMOTE).run(patch, force);
    }

    static void promote(Cluster cluster, Terminal terminal, boolean force) throws InterruptedException {
        ObjectNode patch = JsonNodeFactory.instance.objectNode().putNull(STANDBY_CLUSTER);
        new StandbyChange(cluster, terminal, Direction.PROMOTE).run(patch, force);
    }

    private void run(ObjectNode patch, boolean force) throws InterruptedException {
        Look look = cluster.look();
        Member leader = look.view()
                .leaderMember()
                .orElseThrow(() -> new CommandFailure("Cluster has no leader, " + direction.noun + " is not possible"));
        if (direction.isReached(text(look, leader, "role"))) {
            throw new CommandFailure("Cluster is already in the required state");
        }
        terminal.line("Current cluster topology");
        terminal.print(MemberTable.print(look));
        if (!force
                && !terminal.confirm(
                        "Are you sure you want to " + direction.verb + " " + cluster.name() + " cluster?")) {
            throw new CommandFailure("Aborted cluster " + direction.noun);
        }
        patch(leader, patch);
        while (!isDone(cluster.look(), leader.name())) {
            terminal.pause(BETWEEN_LOOKS);
        }
        terminal.line(terminal.timeOfDay() + " cluster is successfully " + direction.verb + "d");
        terminal.print(MemberTable.print(cluster.look()));
    }

    private void patch(Member leader, ObjectNode patch) throws InterruptedException {
        String failure = "Failed to " + direction.verb + " " + cluster.name() + " cluster: ";
        try {
            RestCalls.Answer answer = cluster.patchConfig(leader, patch);
            if (answer.status() != RestCalls.OK) {
                throw new CommandFailure(
                        failure + "/config PATCH status code=" + answer.status() + ", (" + answer.body() + ")");
            }
        } catch (IOException unreachable) {
            throw new CommandFailure(failure + RestCalls.cause(unreachable), unreachable);
        }
    }

    private boolean isDone(Look look, NodeName formerLeader) {
        Optional<Member> leader = look.view().leaderMember();
        String role = leader.map(member -> text(look, member, "role")).orElse("None");
        String state = leader.map(member -> text(look, member, "state")).orElse("None");
        Optional<String> formerState = look.view()
                .member(formerLeader)
                .filter(former -> direction == Direction.DEMOTE)
                .filter(former -> !look.view().isLedBy(former.name()))
                .map(former -> text(look, former, "state"));
        boolean done = direction.isReached(role)
                && state.equals("running")
                && formerState.filter(former -> !former.equals("running")).isEmpty();
        if (!done) {
            terminal.line(terminal.timeOfDay() + " cluster is unlocked: "
                    + (look.view().leader().map(LeaderEntry::name).isPresent() ? "False" : "True")
                    + ", leader role: " + role + ", leader state: " + state
                    + formerState
                            .map(former -> ", previous leader state: '" + former + "'")
                            .orElse(""));
        }
        return done;
    }

    private static String text(Look look, Member member, String key) {
        return look.said(member, key).map(JsonNode::asText).orElse("None");
    }
}
