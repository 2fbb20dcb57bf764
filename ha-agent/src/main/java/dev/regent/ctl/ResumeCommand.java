package dev.regent.ctl;

import picocli.CommandLine.Command;

/** {@code regentctl resume}. */
@Command(name = "resume", description = "Looks after the servers again.")
final class ResumeCommand extends ClusterCommand {
    @Override
    boolean run(Cluster cluster, Terminal terminal) throws InterruptedException {
        return PauseChange.resume(cluster, terminal);
    }
}
