package dev.regent.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regent.agent.Version;
import dev.regent.ha.model.Member;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code regentctl version}. */
@Command(
        name = "version",
        description = "Shows the version of this program, and those of a cluster's members.",
        mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Regentctl program;

    @Parameters(index = "0", arity = "0..1", paramLabel = "CLUSTER_NAME", description = "The cluster.")
    private @Nullable String clusterName;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "MEMBER_NAMES",
            description = "The members; by default all.")
    private List<String> names = List.of();

    @Option(names = "--group", paramLabel = "N", description = "The group of a Citus cluster.")
    private @Nullable Integer group;

    @Override
    public Integer call() throws InterruptedException {
        Regentctl opener = Regentctl.above(program);
        Terminal terminal = opener.terminal();
        terminal.line("regentctl version " + Version.number());
        if (clusterName == null) {
            return Regentctl.DONE;
        }
        try (Cluster cluster = opener.open(Optional.of(clusterName), Optional.ofNullable(group))) {
            return show(cluster, terminal) ? Regentctl.DONE : Regentctl.FAILED;
        }
    }

    private boolean show(Cluster cluster, Terminal terminal) throws InterruptedException {
        Look look = cluster.knownLook();
        terminal.line("");
        boolean all = true;
        for (Member member : look.members()) {
            boolean wanted = names.isEmpty() || names.contains(member.name().value());
            if (wanted && member.apiUrl().isPresent()) {
                all &= show(cluster, terminal, member);
            }
        }
        return all;
    }

    private static boolean show(Cluster cluster, Terminal terminal, Member member) throws InterruptedException {
        try {
            JsonNode said = cluster.get(member, "patroni").json();
            String server = said.hasNonNull("server_version")
                    ? " PostgreSQL "
                            + PostgresVersion.text(said.get("server_version").asInt())
                    : "";
            terminal.line(member.name() + ": Patroni "
                    + said.path("patroni").path("version").asText() + server);
            return true;
        } catch (IOException unreachable) {
            terminal.line(member.name() + ": failed to get version: " + RestCalls.cause(unreachable));
            return false;
        }
    }
}
