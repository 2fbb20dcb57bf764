package dev.regent.ctl;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Pauses and resumes a cluster. */
final class PauseChange {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final Terminal terminal;
    private final boolean pauses;

    private PauseChange(Cluster cluster, Terminal terminal, boolean pauses) {
        this.cluster = cluster;
        this.terminal = terminal;
        this.pauses = pauses;
    }

    static boolean pause(Cluster cluster, Terminal terminal, boolean waits) throws InterruptedException {
        return new PauseChange(cluster, terminal, true).run(waits);
    }

    static boolean resume(Cluster cluster, Terminal terminal, boolean waits) throws InterruptedException {
        return new PauseChange(cluster, terminal, false).run(waits);
    }

    private boolean run(boolean waits) throws InterruptedException {
        Look look = cluster.knownLook();
        if (look.config().paused() == pauses) {
            throw new CommandFailure(pauses ? "Cluster is already paused" : "Cluster is not paused");
        }
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch = pauses ? patch.put("pause", true) : patch.putNull("pause");
        RestCalls.Answer answer = cluster.patchConfig(look, patch, terminal)
                .orElseThrow(() -> new CommandFailure("Can not find accessible cluster member"));
        if (answer.status() != RestCalls.OK) {
            terminal.line("Failed: " + verb() + " cluster management status code=" + answer.status() + ", ("
                    + answer.body() + ")");
            return false;
        }
        boolean known = !waits || await(look);
        if (known) {
            terminal.line("Success: cluster management is " + (pauses ? "paused" : "resumed"));
        }
        return known;
    }

    private String verb() {
        return pauses ? "pause" : "resume";
    }

    /** Waits until every member shows it; false when some are alive and have not within a loop. */
    private boolean await(Look before) throws InterruptedException {
        terminal.line("'" + verb() + "' request sent, waiting until it is recognized by all nodes");
        Set<NodeName> left = before.members().stream()
                .filter(member -> member.apiUrl().isPresent())
                .map(Member::name)
                .collect(Collectors.toCollection(HashSet::new));
        long looks = before.config().loopWait().toSeconds() + 1;
        Look now = cluster.look();
        for (long i = 0; i < looks && !left.isEmpty(); i++) {
            now = cluster.look();
            now.members().stream().filter(this::shows).map(Member::name).forEach(left::remove);
            if (!left.isEmpty()) {
                terminal.pause(BETWEEN_LOOKS);
            }
        }
        List<String> late = left.stream()
                .filter(name -> hasChanged(before, name))
                .map(NodeName::value)
                .sorted()
                .toList();
        if (!late.isEmpty()) {
            terminal.line(String.join(", ", late) + " members didn't recognized pause state after "
                    + before.config().loopWait().toSeconds() + " seconds");
        }
        return late.isEmpty();
    }

    private boolean shows(Member member) {
        return member.paused() == pauses;
    }

    /** Who has published nothing since does not run, probably. */
    private boolean hasChanged(Look before, NodeName name) {
        Optional<?> present = Optional.ofNullable(cluster.look().documents().get(name));
        return !present.equals(Optional.ofNullable(before.documents().get(name)));
    }
}
