package dev.regent.ctl;

import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.Member;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code regentctl flush}. */
@Command(
        name = "flush",
        description = {"Takes back what is scheduled.", "Behind the names: restart or switchover, which is taken back."
        })
final class FlushCommand extends MembersCommand {
    private static final int NOT_FOUND = 404;
    private static final String SWITCHOVER = "switchover";
    private static final List<String> TARGETS = List.of("restart", SWITCHOVER);

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-r", "--role"},
            paramLabel = "ROLE",
            defaultValue = "any",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private MemberRole role = MemberRole.ANY;

    @Override
    void check(List<String> words) {
        String target = target(words);
        if (spec != null && !TARGETS.contains(target)) {
            throw new ParameterException(
                    spec.commandLine(),
                    words.isEmpty()
                            ? "Missing argument '{restart|switchover}'.  Choose from: restart, switchover"
                            : "Invalid value for '{restart|switchover}': '" + target
                                    + "' is not one of 'restart', 'switchover'.");
        }
    }

    private static String target(List<String> words) {
        return words.isEmpty() ? "" : words.get(words.size() - 1);
    }

    @Override
    boolean run(Cluster cluster, Terminal terminal, List<String> words, boolean force) throws InterruptedException {
        return target(words).equals(SWITCHOVER)
                ? flushSwitchover(cluster, terminal)
                : flushRestarts(cluster, terminal, words.subList(0, words.size() - 1), force);
    }

    private boolean flushRestarts(Cluster cluster, Terminal terminal, List<String> names, boolean force)
            throws InterruptedException {
        Look look = cluster.look();
        List<Member> members = choose(look, terminal, names, role, "'" + role + "'");
        confirm(terminal, force, "Are you sure you want to flush members " + names(members) + "?", "Aborted flush");
        boolean all = true;
        for (Member member : members) {
            if (look.said(member, "scheduled_restart").isEmpty()) {
                terminal.line("No scheduled restart for member " + member.name());
                continue;
            }
            RestCalls.Answer answer = Cluster.insist(member, () -> cluster.bare("DELETE", member, "restart"));
            terminal.line(
                    answer.isGood()
                            ? "Success: flush scheduled restart for member " + member.name()
                            : answer.failed("flush scheduled restart", member));
            all &= answer.isGood();
        }
        return all;
    }

    private static boolean flushSwitchover(Cluster cluster, Terminal terminal) throws InterruptedException {
        Look look = cluster.look();
        Optional<FailoverRequest> request = look.view()
                .failoverRequest()
                .filter(pending -> pending.scheduledAt().isPresent());
        if (request.isEmpty()) {
            terminal.line("No pending scheduled switchover");
            return true;
        }
        for (Member member : look.leaderFirst()) {
            Optional<RestCalls.Answer> answer = askToCancel(cluster, terminal, member);
            if (answer.isEmpty()) {
                continue;
            }
            if (answer.get().status() == RestCalls.OK || answer.get().status() == NOT_FOUND) {
                boolean done = answer.get().status() == RestCalls.OK;
                terminal.line((done ? "Success: " : "Failed: ") + answer.get().body());
                return done;
            }
            terminal.line("Failed: member=" + member.name() + ", status_code="
                    + answer.get().status() + ", (" + answer.get().body() + ")");
        }
        terminal.warn("Failing over to DCS");
        terminal.stamped("Could not find any accessible member of cluster " + cluster.name());
        return cluster.cancel(request.get());
    }

    private static Optional<RestCalls.Answer> askToCancel(Cluster cluster, Terminal terminal, Member member)
            throws InterruptedException {
        if (member.apiUrl().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(cluster.bare("DELETE", member, "switchover"));
        } catch (IOException unreachable) {
            terminal.warn("Member " + member.name() + " is not accessible: " + RestCalls.cause(unreachable));
            return Optional.empty();
        }
    }
}
