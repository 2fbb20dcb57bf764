package dev.regent.ctl;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code regentctl list}. */
@Command(name = "list", description = "Shows the members of a cluster.", mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Regentctl program;

    @Parameters(
            paramLabel = "CLUSTER_NAME",
            arity = "0..*",
            description = "The clusters; by default the scope of the configuration file.")
    private List<String> clusterNames = List.of();

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            defaultValue = "pretty",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private TableFormat format = TableFormat.pretty;

    @Option(
            names = {"-e", "--extended"},
            description = "Show all columns, also empty ones.")
    private boolean extended;

    @Override
    public Integer call() {
        if (program == null) {
            throw new IllegalStateException("a subcommand runs below its program only");
        }
        if (clusterNames.isEmpty()) {
            list(program, Optional.empty());
        }
        for (String name : clusterNames) {
            list(program, Optional.of(name));
        }
        return Regentctl.DONE;
    }

    private void list(Regentctl opener, Optional<String> name) {
        try (Cluster cluster = opener.open(name)) {
            opener.terminal().print(MemberTable.print(cluster.name(), cluster.view(), format, extended));
        }
    }
}
