package dev.regent.ctl;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code regentctl failover}. */
@Command(
        name = "failover",
        description = "Lets a member lead even where nobody does or commits of the leader may be lost.")
final class FailoverCommand extends ClusterCommand {
    @Option(names = "--candidate", paramLabel = "NAME", description = "Who shall lead.")
    private @Nullable String candidate;

    @Option(names = "--force", description = "Do not ask anything.")
    private boolean force;

    @Override
    Optional<Integer> group(Regentctl opener, Optional<String> name, Optional<Integer> said) {
        return opener.askForGroup(name, said, force);
    }

    @Override
    boolean run(Cluster cluster, Terminal terminal) throws InterruptedException {
        return LeaderChange.failover(
                cluster,
                terminal,
                new LeaderChange.Wish(Optional.empty(), Optional.ofNullable(candidate), Optional.empty(), force));
    }
}
