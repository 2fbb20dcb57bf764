package dev.regent.ctl;

import dev.regent.ha.model.Member;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code regentctl reload}. */
@Command(name = "reload", description = "Lets members read their configuration again.")
final class ReloadCommand extends MembersCommand {
    @Option(
            names = {"-r", "--role"},
            paramLabel = "ROLE",
            defaultValue = "any",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private MemberRole role = MemberRole.ANY;

    @Override
    boolean run(Cluster cluster, Terminal terminal, List<String> names, boolean force) throws InterruptedException {
        Look look = cluster.look();
        List<Member> members = choose(look, terminal, names, role, "'" + role + "'");
        confirm(terminal, force, "Are you sure you want to reload members " + names(members) + "?", "Aborted reload");
        boolean all = true;
        for (Member member : members) {
            RestCalls.Answer answer = Cluster.insist(member, () -> cluster.bare("POST", member, "reload"));
            terminal.line(
                    switch (answer.status()) {
                        case RestCalls.OK -> "No changes to apply on member " + member.name();
                        case RestCalls.ACCEPTED ->
                            "Reload request received for member " + member.name()
                                    + " and will be processed within "
                                    + look.config().loopWait().toSeconds() + " seconds";
                        default -> answer.failed("reload", member);
                    });
            all &= answer.isAccepted();
        }
        return all;
    }
}
