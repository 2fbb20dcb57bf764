package dev.regent.ctl;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code regentctl topology}. */
@Command(name = "topology", description = "Shows who replicates from whom.", mixinStandardHelpOptions = true)
final class TopologyCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Regentctl program;

    @Mixin
    private final ShownClusters clusters = new ShownClusters();

    @Mixin
    private final Watching watching = new Watching();

    @Override
    public Integer call() throws InterruptedException {
        Regentctl opener = Regentctl.above(program);
        Terminal terminal = opener.terminal();
        watching.repeat(
                terminal, true, () -> clusters.look(opener).forEach(looks -> terminal.print(MemberTable.tree(looks))));
        return Regentctl.DONE;
    }
}
