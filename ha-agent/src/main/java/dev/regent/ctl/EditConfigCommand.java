package dev.regent.ctl;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code regentctl edit-config}. */
@Command(name = "edit-config", description = "Changes the configuration that is the same for all members.")
final class EditConfigCommand extends ClusterCommand {
    @Option(
            names = {"-q", "--quiet"},
            description = "Do not show what changes.")
    private boolean quiet;

    @Option(
            names = {"-s", "--set"},
            paramLabel = "KEY=VALUE",
            description = "A path such as postgresql.use_slots and its new value; null removes it.")
    private List<String> settings = List.of();

    @Option(
            names = {"-p", "--pg"},
            paramLabel = "PARAMETER=VALUE",
            description = "A parameter of PostgreSQL and its new value.")
    private List<String> parameters = List.of();

    @Option(names = "--apply", paramLabel = "FILE", description = "Lay this YAML over the configuration; - is stdin.")
    private @Nullable String applied;

    @Option(names = "--replace", paramLabel = "FILE", description = "Replace the configuration by this YAML.")
    private @Nullable String replacing;

    @Option(names = "--force", description = "Do not ask anything.")
    private boolean force;

    @Override
    boolean run(Cluster cluster, Terminal terminal) throws InterruptedException {
        ConfigChange.Wish wish = new ConfigChange.Wish(
                Optional.ofNullable(replacing), Optional.ofNullable(applied), settings, parameters, quiet, force);
        return new ConfigChange(cluster, terminal).run(wish);
    }
}
