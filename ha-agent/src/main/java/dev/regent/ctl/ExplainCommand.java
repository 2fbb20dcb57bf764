package dev.regent.ctl;

import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code regentctl explain}. */
@Command(
        name = "explain",
        description = "Asks each member what it does next, why it does not lead, and what would unblock it.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Regentctl program;

    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            description =
                    "The members to ask, by default all; before them the cluster, where the configuration has no scope.")
    private List<String> names = List.of();

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            defaultValue = "pretty",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private TableFormat format = TableFormat.pretty;

    @Override
    public Integer call() throws InterruptedException {
        Regentctl opener = Regentctl.above(program);
        Optional<String> scope = opener.scope();
        boolean namesCluster =
                !names.isEmpty() && (scope.isEmpty() || scope.get().equals(names.get(0)));
        try (Cluster cluster = opener.open(namesCluster ? Optional.of(names.get(0)) : scope, Optional.empty())) {
            List<Member> members = chosen(cluster, namesCluster ? names.subList(1, names.size()) : names);
            List<String> problems =
                    cluster.view().config().map(HaConfig::problems).orElse(List.of());
            opener.terminal()
                    .print(ExplanationTable.print(cluster.name(), explanations(cluster, members), problems, format));
        }
        return Regentctl.DONE;
    }

    private static List<Member> chosen(Cluster cluster, List<String> wanted) {
        List<Member> all = List.copyOf(cluster.view().members().values());
        List<String> known = all.stream().map(member -> member.name().value()).toList();
        if (all.isEmpty()) {
            throw new CommandFailure("expected members of cluster " + cluster.name()
                    + " in the store, found none: is that the cluster's name, and does an agent run?");
        }
        for (String name : wanted) {
            if (!known.contains(name)) {
                throw new CommandFailure("expected a member of cluster " + cluster.name() + " ("
                        + String.join(", ", known) + "), found " + name);
            }
        }
        return all.stream()
                .filter(member ->
                        wanted.isEmpty() || wanted.contains(member.name().value()))
                .toList();
    }

    /** All are asked at the same time, so that those who do not answer are waited for once. */
    private static List<ExplanationTable.Account> explanations(Cluster cluster, List<Member> members)
            throws InterruptedException {
        List<CompletableFuture<RestCalls.Answer>> asked =
                members.stream().map(member -> cluster.ask(member, "explain")).toList();
        List<ExplanationTable.Account> accounts = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            accounts.add(ExplanationTable.Account.of(members.get(i), asked.get(i)));
        }
        return accounts;
    }
}
