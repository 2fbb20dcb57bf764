package dev.regent.ctl;

import dev.regent.ha.model.Member;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What all commands for some members of one cluster have in common: how these are chosen. */
@Command(mixinStandardHelpOptions = true)
abstract class MembersCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Regentctl program;

    @Parameters(index = "0", paramLabel = "CLUSTER_NAME", description = "The cluster.")
    private String clusterName = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "MEMBER_NAMES",
            description = "The members; by default all that have the role.")
    private List<String> words = List.of();

    @Option(names = "--group", paramLabel = "N", description = "The group of a Citus cluster.")
    private @Nullable Integer group;

    @Option(names = "--force", description = "Do not ask anything.")
    private boolean force;

    @Override
    public final Integer call() throws InterruptedException {
        Regentctl opener = Regentctl.above(program);
        check(words);
        try (Cluster cluster = opener.open(Optional.of(clusterName), Optional.ofNullable(group))) {
            return run(cluster, opener.terminal(), words, force) ? Regentctl.DONE : Regentctl.FAILED;
        }
    }

    /** Refuses words that make no sense, before the store is asked for anything. */
    void check(List<String> typed) {}

    /** As {@link ClusterCommand#run}. The words are what the user typed behind the name of the cluster. */
    abstract boolean run(Cluster cluster, Terminal terminal, List<String> words, boolean force)
            throws InterruptedException;

    /**
     * Shows all members and returns those who are named and have the role, or all that have it.
     *
     * @param role as it stands in the complaint that nobody has it
     */
    static List<Member> choose(Look look, Terminal terminal, List<String> names, MemberRole role, String roleText) {
        List<Member> eligible = role.of(look);
        if (names.isEmpty() && eligible.isEmpty()) {
            throw new CommandFailure(look.cluster() + " cluster doesn't have any members");
        }
        terminal.print(MemberTable.print(look));
        if (names.isEmpty()) {
            return eligible;
        }
        List<Member> named = eligible.stream()
                .filter(member -> names.contains(member.name().value()))
                .toList();
        if (named.isEmpty()) {
            throw new CommandFailure("No " + roleText + " among provided members");
        }
        return named;
    }

    static String names(List<Member> members) {
        return members.stream().map(member -> member.name().value()).collect(Collectors.joining(", "));
    }

    static void confirm(Terminal terminal, boolean force, String question, String abortion) {
        if (!force && !terminal.confirm(question)) {
            throw new CommandFailure(abortion);
        }
    }
}
