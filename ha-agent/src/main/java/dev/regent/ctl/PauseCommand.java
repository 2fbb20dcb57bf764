package dev.regent.ctl;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code regentctl pause}. */
@Command(name = "pause", description = "Leaves the servers alone until resume: no failover, no restart.")
final class PauseCommand extends ClusterCommand {
    @Option(names = "--wait", description = "Return when all members know it.")
    private boolean waits;

    @Override
    boolean run(Cluster cluster, Terminal terminal) throws InterruptedException {
        return PauseChange.pause(cluster, terminal, waits);
    }
}
