package dev.regent.ctl;

import dev.regent.ha.model.LeaderEntry;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code regentctl remove}. */
@Command(
        name = "remove",
        description = "Deletes everything that the store has of a cluster; the servers' data stays where it is.",
        mixinStandardHelpOptions = true)
final class RemoveCommand implements Callable<Integer> {
    private static final String AWARE = "Yes I am aware";

    @ParentCommand
    private @Nullable Regentctl program;

    @Parameters(paramLabel = "CLUSTER_NAME", description = "The cluster.")
    private String clusterName = "";

    @Option(names = "--group", paramLabel = "N", description = "The group of a Citus cluster.")
    private @Nullable Integer group;

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            defaultValue = "pretty",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private TableFormat format = TableFormat.pretty;

    @Override
    public Integer call() {
        Regentctl opener = Regentctl.above(program);
        opener.needGroup(Optional.ofNullable(group));
        try (Cluster cluster = opener.open(Optional.of(clusterName), Optional.ofNullable(group))) {
            remove(cluster, opener.terminal(), format);
        }
        return Regentctl.DONE;
    }

    static void remove(Cluster cluster, Terminal terminal, TableFormat format) {
        Look look = cluster.knownLook();
        terminal.print(MemberTable.print(Looks.of(look), format, false));
        String name = terminal.ask("Please confirm the cluster name to remove");
        if (!name.equals(cluster.name())) {
            throw new CommandFailure("Cluster names specified do not match");
        }
        String aware = terminal.ask("You are about to remove all information in DCS for " + cluster.name()
                + ", please type: \"" + AWARE + "\"");
        if (!aware.equals(AWARE)) {
            throw new CommandFailure("You did not exactly type \"" + AWARE + "\"");
        }
        look.view().leader().map(LeaderEntry::name).ifPresent(leader -> {
            String typed =
                    terminal.ask("This cluster currently is healthy. Please specify the leader name to continue");
            if (!typed.equals(leader.value())) {
                throw new CommandFailure("You did not specify the current leader of the cluster");
            }
        });
        cluster.remove();
    }
}
