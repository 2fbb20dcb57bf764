package dev.regent.ctl;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code regentctl switchover}. */
@Command(name = "switchover", description = "Lets another member lead; nothing that was written is lost.")
final class SwitchoverCommand extends ClusterCommand {
    @Option(
            names = {"--leader", "--primary"},
            paramLabel = "NAME",
            description = "Who leads now.")
    private @Nullable String leader;

    @Option(names = "--candidate", paramLabel = "NAME", description = "Who shall lead; by default the best.")
    private @Nullable String candidate;

    @Option(
            names = "--scheduled",
            paramLabel = "TIME",
            description = "When, for example 2031-03-04T03:00; default now.")
    private @Nullable String scheduled;

    @Option(names = "--force", description = "Do not ask anything.")
    private boolean force;

    @Override
    Optional<Integer> group(Regentctl opener, Optional<String> name, Optional<Integer> said) {
        return opener.askForGroup(name, said, force);
    }

    @Override
    boolean run(Cluster cluster, Terminal terminal) throws InterruptedException {
        return LeaderChange.switchover(
                cluster,
                terminal,
                new LeaderChange.Wish(
                        Optional.ofNullable(leader),
                        Optional.ofNullable(candidate),
                        Optional.ofNullable(scheduled),
                        force));
    }
}
