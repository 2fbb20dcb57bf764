package dev.regent.ctl;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.model.Member;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code regentctl restart}. */
@Command(name = "restart", description = "Restarts the servers of members, one after the other.")
final class RestartCommand extends MembersCommand {
    private static final int CONFLICT = 409;

    @Option(
            names = {"-r", "--role"},
            paramLabel = "ROLE",
            defaultValue = "any",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private MemberRole role = MemberRole.ANY;

    @Option(names = "--any", description = "Only one of them, whichever.")
    private boolean any;

    @Option(
            names = "--scheduled",
            paramLabel = "TIME",
            description = "When, for example 2031-03-04T03:00; default now.")
    private @Nullable String scheduled;

    @Option(names = "--pg-version", paramLabel = "VERSION", description = "Only where PostgreSQL is older, 15.2 say.")
    private @Nullable String version;

    @Option(names = "--pending", description = "Only where a restart is pending.")
    private boolean pending;

    @Option(names = "--timeout", paramLabel = "TIME", description = "How long a primary may take, 30s say.")
    private @Nullable String timeout;

    @Override
    boolean run(Cluster cluster, Terminal terminal, List<String> names, boolean force) throws InterruptedException {
        Look look = cluster.look();
        List<Member> members = choose(look, terminal, names, role, "'" + role + "'");
        Optional<OffsetDateTime> at = PlannedTime.ask(terminal, Optional.ofNullable(scheduled), force, "restart", "");
        if (pending && at.isEmpty()) {
            members = members.stream()
                    .filter(member -> member.facts().pendingRestart().isDue())
                    .toList();
        }
        if (any && !members.isEmpty()) {
            members = oneOf(members);
        }
        confirm(terminal, members, at, force);
        ObjectNode body = body(at, version(terminal, force));
        if (at.isPresent() && look.config().paused()) {
            throw new CommandFailure("Can't schedule restart in the paused state");
        }
        boolean all = true;
        for (Member member : members) {
            all &= restart(cluster, look, terminal, member, body, force && at.isPresent());
        }
        return all;
    }

    private static List<Member> oneOf(List<Member> members) {
        List<Member> shuffled = new ArrayList<>(members);
        Collections.shuffle(shuffled);
        return shuffled.subList(0, 1);
    }

    private void confirm(Terminal terminal, List<Member> members, Optional<OffsetDateTime> at, boolean force) {
        if (at.isEmpty()) {
            confirm(
                    terminal,
                    force,
                    "Are you sure you want to restart members " + names(members) + "?",
                    "Aborted restart");
            return;
        }
        confirm(
                terminal,
                force,
                "Are you sure you want to schedule restart of members " + names(members) + " at "
                        + IsoTime.text(at.get()).replace('T', ' ') + "?",
                "Aborted scheduled restart");
        if (pending) {
            confirm(
                    terminal,
                    force,
                    "The nodes needing a restart will be identified at the scheduled time, and might be different from"
                            + " the ones showing pending restart right now. Is this fine?",
                    "Aborted scheduled restart");
        }
    }

    /** Empty for any. */
    private String version(Terminal terminal, boolean force) {
        String typed = Optional.ofNullable(version)
                .orElseGet(() -> force
                        ? ""
                        : terminal.ask("Restart if the PostgreSQL version is less than provided (e.g. 9.5.2) ", ""));
        if (!typed.isEmpty()) {
            PostgresVersion.check(typed);
        }
        return typed;
    }

    private ObjectNode body(Optional<OffsetDateTime> at, String olderThan) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (pending) {
            body.put("restart_pending", true);
        }
        if (!olderThan.isEmpty()) {
            body.put("postgres_version", olderThan);
        }
        at.ifPresent(time -> body.put("schedule", IsoTime.text(time)));
        if (timeout != null) {
            body.put("timeout", timeout);
        }
        return body;
    }

    private static boolean restart(
            Cluster cluster, Look look, Terminal terminal, Member member, ObjectNode body, boolean replacesScheduled)
            throws InterruptedException {
        if (replacesScheduled && look.said(member, "scheduled_restart").isPresent()) {
            RestCalls.Answer flushed = Cluster.insist(member, () -> cluster.bare("DELETE", member, "restart"));
            if (!flushed.isGood()) {
                terminal.line(flushed.failed("flush scheduled restart", member));
            }
        }
        RestCalls.Answer answer = Cluster.insist(member, () -> cluster.post(member, "restart", body));
        terminal.line(
                switch (answer.status()) {
                    case RestCalls.OK -> "Success: restart on member " + member.name();
                    case RestCalls.ACCEPTED -> "Success: restart scheduled on member " + member.name();
                    case CONFLICT -> "Failed: another restart is already scheduled on member " + member.name();
                    default -> answer.failed("restart", member);
                });
        return answer.isAccepted();
    }
}
