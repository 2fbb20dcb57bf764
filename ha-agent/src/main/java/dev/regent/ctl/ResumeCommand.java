package dev.regent.ctl;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code regentctl resume}. */
@Command(name = "resume", description = "Looks after the servers again.")
final class ResumeCommand extends ClusterCommand {
    @Option(names = "--wait", description = "Return when all members know it.")
    private boolean waits;

    @Override
    boolean run(Cluster cluster, Terminal terminal) throws InterruptedException {
        return PauseChange.resume(cluster, terminal, waits);
    }
}
