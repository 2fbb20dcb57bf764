package dev.regent.ctl;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.model.Member;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code regentctl reinit}. */
@Command(name = "reinit", description = "Replaces the data of replicas by a new copy of the leader's.")
final class ReinitCommand extends MembersCommand {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    @Option(names = "--from-leader", description = "Copy from the leader, whoever else might be copied from.")
    private boolean fromLeader;

    @Option(names = "--wait", description = "Return when the copies are made.")
    private boolean waits;

    @Override
    boolean run(Cluster cluster, Terminal terminal, List<String> names, boolean force) throws InterruptedException {
        Look look = cluster.look();
        List<Member> members = choose(look, terminal, names, MemberRole.REPLICA, "replica");
        if (names.isEmpty()) {
            members = force ? List.of() : List.of(ask(terminal, members));
        }
        if (members.isEmpty()) {
            terminal.warn("Nothing is reinitialized: with --force, say which members");
            return true;
        }
        confirm(
                terminal,
                force,
                "Are you sure you want to reinitialize members " + names(members) + "?",
                "Aborted reinitialize");
        List<Member> begun = new ArrayList<>();
        for (Member member : members) {
            if (reinitialize(cluster, terminal, member, force)) {
                begun.add(member);
            }
        }
        if (waits) {
            await(cluster, terminal, begun);
        }
        return begun.size() == members.size();
    }

    private static Member ask(Terminal terminal, List<Member> replicas) {
        String name = terminal.ask("Which member do you want to reinitialize [" + names(replicas) + "]?", "");
        return replicas.stream()
                .filter(member -> member.name().value().equals(name))
                .findFirst()
                .orElseThrow(() -> new CommandFailure(name + " is not a member of cluster"));
    }

    private boolean reinitialize(Cluster cluster, Terminal terminal, Member member, boolean force)
            throws InterruptedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("force", force).put("from_leader", fromLeader);
        RestCalls.Answer answer = Cluster.insist(member, () -> cluster.post(member, "reinitialize", body));
        terminal.line(
                answer.isGood()
                        ? "Success: reinitialize for member " + member.name()
                        : answer.failed("reinitialize", member));
        boolean underWay = !answer.isGood() && answer.body().endsWith(" already in progress");
        if (underWay && !force && terminal.confirm("Do you want to cancel it and reinitialize anyway?")) {
            return reinitialize(cluster, terminal, member, true);
        }
        return answer.isGood();
    }

    /** Members that do not answer for a while are copying all the same. */
    private static void await(Cluster cluster, Terminal terminal, List<Member> begun) throws InterruptedException {
        List<Member> left = new ArrayList<>(begun);
        String told = "";
        while (!left.isEmpty()) {
            String names = left.stream().map(member -> member.name().value()).collect(Collectors.joining(", "));
            if (!names.equals(told)) {
                terminal.line("Waiting for reinitialize to complete on: " + names);
                told = names;
            }
            terminal.pause(BETWEEN_LOOKS);
            for (Member member : List.copyOf(left)) {
                if (isCopied(cluster, member)) {
                    terminal.line("Reinitialize is completed on: " + member.name());
                    left.remove(member);
                }
            }
        }
    }

    private static boolean isCopied(Cluster cluster, Member member) throws InterruptedException {
        try {
            String state = cluster.get(member, "patroni").json().path("state").asText();
            return !state.isEmpty() && !state.equals("creating replica");
        } catch (IOException silent) {
            return false;
        }
    }
}
