package dev.regent.ctl;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which clusters a command shows. */
final class ShownClusters {
    @Parameters(
            paramLabel = "CLUSTER_NAMES",
            arity = "0..*",
            description = "The clusters; by default the scope of the configuration file.")
    private List<String> names = List.of();

    @Option(names = "--group", paramLabel = "N", description = "The group of a Citus cluster; by default all.")
    private @Nullable Integer group;

    /** Each as it is now. */
    List<Looks> look(Regentctl program) {
        Optional<Integer> wanted = Optional.ofNullable(group);
        return names.isEmpty()
                ? List.of(program.look(Optional.empty(), wanted))
                : names.stream()
                        .map(name -> program.look(Optional.of(name), wanted))
                        .toList();
    }
}
