package dev.regent.ctl;

import picocli.CommandLine.Command;

/** {@code regentctl pause}. */
@Command(name = "pause", description = "Leaves the servers alone until resume: no failover, no restart.")
final class PauseCommand extends ClusterCommand {
    @Override
    boolean run(Cluster cluster, Terminal terminal) throws InterruptedException {
        return PauseChange.pause(cluster, terminal);
    }
}
