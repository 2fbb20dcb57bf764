package dev.regent.ctl;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code regentctl list}. */
@Command(name = "list", description = "Shows the members of a cluster.", mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Regentctl program;

    @Mixin
    private final ShownClusters clusters = new ShownClusters();

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

    @Option(
            names = {"-t", "--timestamp"},
            description = "Show the time first.")
    private boolean timestamp;

    @Mixin
    private final Watching watching = new Watching();

    @Override
    public Integer call() throws InterruptedException {
        Regentctl opener = Regentctl.above(program);
        Terminal terminal = opener.terminal();
        watching.repeat(terminal, true, () -> {
            if (timestamp) {
                terminal.line(terminal.timeOfDay());
            }
            List<Looks> seen = clusters.look(opener);
            seen.forEach(looks -> terminal.print(MemberTable.print(looks, format, extended)));
        });
        return Regentctl.DONE;
    }
}
