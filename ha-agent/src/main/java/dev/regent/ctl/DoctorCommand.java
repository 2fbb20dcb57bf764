package dev.regent.ctl;

import dev.regent.agent.config.Section;
import dev.regent.ctl.Finding.Verdict;
import dev.regent.ctl.Table.Column;
import dev.regent.ctl.TableFormat.EmptyCells;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code regentctl doctor}. */
@Command(
        name = "doctor",
        description = {
            "Checks a set-up before it hurts: timings, quorum, slots, whether members can be reached, clocks, rewinding.",
            "With the configuration of an agent on its own host also password files, disk space and watchdog.",
            "Exits 1 if there is a fault."
        },
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private static final List<Column> COLUMNS = List.of(
            Column.left("Check"),
            Column.left("Verdict"),
            Column.left("Expected"),
            Column.left("Found"),
            Column.left("What to do"));

    @ParentCommand
    private @Nullable Regentctl program;

    @Parameters(
            arity = "0..1",
            paramLabel = "CLUSTER_NAME",
            description = "The cluster; by default the scope of the configuration file.")
    private @Nullable String clusterName;

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            defaultValue = "pretty",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private TableFormat format = TableFormat.pretty;

    @Option(names = "--all", description = "Show also what is good.")
    private boolean all;

    @Override
    public Integer call() throws InterruptedException {
        Regentctl opener = Regentctl.above(program);
        Terminal terminal = opener.terminal();
        List<Finding> findings = new ArrayList<>();
        try (Cluster cluster = opener.open(Optional.ofNullable(clusterName), Optional.empty())) {
            examine(cluster, opener.configuration(), opener.configurationFile(), terminal, findings);
        }
        List<Finding> shown = findings.stream()
                .filter(finding -> all || finding.verdict() != Verdict.GOOD)
                .toList();
        if (!shown.isEmpty() || format != TableFormat.pretty) {
            terminal.print(print(shown, format));
        }
        if (format == TableFormat.pretty) {
            terminal.line(summary(findings));
        }
        boolean faulty = findings.stream().anyMatch(finding -> finding.verdict() == Verdict.FAULT);
        return faulty ? Regentctl.FAILED : Regentctl.DONE;
    }

    private static void examine(
            Cluster cluster, Section root, Optional<Path> file, Terminal terminal, List<Finding> findings)
            throws InterruptedException {
        findings.addAll(QuorumChecks.ofStore(storeKind(root), storeServers(root)));
        try {
            Look look = cluster.knownLook();
            findings.add(Finding.good("store", "an answer", "it answers"));
            findings.addAll(TimingChecks.of(look.view().config()));
            findings.addAll(QuorumChecks.of(look));
            findings.addAll(SlotChecks.of(look.view().status()));
            findings.addAll(new PeerChecks(cluster, () -> terminal.now().toInstant()).of(look));
            if (RewindChecks.isWanted(look.view().config(), root)) {
                findings.addAll(rewind(look, root));
            } else {
                findings.add(Finding.risk(
                        "rewind",
                        "postgresql.use_pg_rewind: true",
                        "it is off",
                        "regentctl edit-config -s postgresql.use_pg_rewind=true:"
                                + " else a former leader that has diverged is copied anew"));
            }
        } catch (CommandFailure silent) {
            findings.add(Finding.fault(
                    "store",
                    "the cluster " + cluster.name() + " in the store",
                    String.valueOf(silent.getMessage()),
                    "mend that first: without the store nobody is promoted"));
        }
        findings.addAll(new FileChecks(root).all(file));
    }

    private static String storeKind(Section root) {
        return List.of("consul", "etcd", "etcd3").stream()
                .filter(root::has)
                .findFirst()
                .orElse("");
    }

    private static List<String> storeServers(Section root) {
        String kind = storeKind(root);
        if (kind.isEmpty()) {
            return List.of();
        }
        Section store = root.section(kind);
        if (!store.has("hosts")) {
            return store.text("host").stream().toList();
        }
        Object hosts = store.values().get("hosts");
        return hosts instanceof List
                ? store.lines("hosts")
                : List.of(String.valueOf(hosts).split("\\s*,\\s*"));
    }

    /** As the superuser of the configuration, who is asked only for what everybody may know. */
    private static List<Finding> rewind(Look look, Section root) {
        Section users = root.section("postgresql").section("authentication");
        Section superuser = users.section("superuser");
        Optional<String> name = superuser.text("username");
        if (name.isEmpty()) {
            return List.of(Finding.unknown(
                    "rewind",
                    "what pg_rewind needs",
                    "no user to ask the server as",
                    "name the configuration of an agent (-c), which has postgresql.authentication.superuser"));
        }
        SqlClient client = new SqlClient(
                name,
                superuser.text("password"),
                root.section("postgresql").text("database").or(() -> Optional.of("postgres")),
                System.getenv());
        try {
            Map<String, String> facts = new TreeMap<>();
            client.ask(look, ChosenMember.leader(), RewindChecks.QUESTION)
                    .values()
                    .forEach(row -> facts.put(row.get(0).toString(), row.get(1).toString()));
            return RewindChecks.of(
                    facts, users.section("rewind").text("username").orElse(name.get()));
        } catch (SqlClient.Problem problem) {
            return List.of(Finding.unknown(
                    "rewind",
                    "what pg_rewind needs",
                    String.valueOf(problem.getMessage()),
                    "let the leader's server be reached from here"));
        }
    }

    static String print(List<Finding> findings, TableFormat format) {
        boolean wrapped = format == TableFormat.pretty;
        List<List<Object>> rows = findings.stream()
                .map(finding -> finding.cells().stream()
                        .<Object>map(cell -> wrapped ? WrappedText.of(cell.toString()) : cell)
                        .toList())
                .toList();
        return format.print(new Table(COLUMNS, rows), Optional.empty(), EmptyCells.KEPT);
    }

    private static String summary(List<Finding> findings) {
        Map<Verdict, Long> counts = new TreeMap<>();
        for (Verdict verdict : Verdict.values()) {
            counts.put(
                    verdict,
                    findings.stream()
                            .filter(finding -> finding.verdict() == verdict)
                            .count());
        }
        return counts.get(Verdict.FAULT) + " faults, " + counts.get(Verdict.RISK) + " risks, "
                + counts.get(Verdict.UNKNOWN) + " unknown, " + counts.get(Verdict.GOOD) + " good";
    }
}
