package dev.regent.ctl;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What all commands for one cluster have in common: its name, and that it is opened and closed around them. */
@Command(mixinStandardHelpOptions = true)
abstract class ClusterCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Regentctl program;

    @Parameters(
            arity = "0..1",
            paramLabel = "CLUSTER_NAME",
            description = "The cluster; by default the scope of the configuration file.")
    private @Nullable String clusterName;

    @Option(names = "--group", paramLabel = "N", description = "The group of a Citus cluster.")
    private @Nullable Integer group;

    @Override
    public final Integer call() throws InterruptedException {
        Regentctl opener = Regentctl.above(program);
        Optional<String> name = Optional.ofNullable(clusterName);
        try (Cluster cluster = opener.open(name, group(opener, name, Optional.ofNullable(group)))) {
            return run(cluster, opener.terminal()) ? Regentctl.DONE : Regentctl.FAILED;
        }
    }

    /** The group of a Citus cluster that is meant; what the user said, unless a command wants to know it for sure. */
    Optional<Integer> group(Regentctl opener, Optional<String> name, Optional<Integer> said) {
        return said;
    }

    /**
     * Does it; what cannot be done is a {@link CommandFailure}. False when a member was asked and has not done it, which has
     * been told already.
     */
    abstract boolean run(Cluster cluster, Terminal terminal) throws InterruptedException;
}
