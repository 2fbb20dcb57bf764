package dev.regent.ctl;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code regentctl promote-cluster}. */
@Command(name = "promote-cluster", description = "Makes a standby cluster follow nobody any more: its leader writes.")
final class PromoteClusterCommand extends ClusterCommand {
    @Option(names = "--force", description = "Do not ask anything.")
    private boolean force;

    @Override
    boolean run(Cluster cluster, Terminal terminal) throws InterruptedException {
        StandbyChange.promote(cluster, terminal, force);
        return true;
    }
}
