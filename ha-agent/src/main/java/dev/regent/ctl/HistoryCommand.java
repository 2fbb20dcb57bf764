package dev.regent.ctl;

import dev.regent.ctl.Table.Column;
import dev.regent.ctl.TableFormat.EmptyCells;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.TimelineSwitch;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code regentctl history}. */
@Command(name = "history", description = "Shows how the leadership went from member to member.")
final class HistoryCommand extends ClusterCommand {
    private static final List<Column> COLUMNS = List.of(
            Column.right("TL"),
            Column.right("LSN"),
            Column.left("Reason"),
            Column.left("Timestamp"),
            Column.left("New Leader"));

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            defaultValue = "pretty",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private TableFormat format = TableFormat.pretty;

    @Override
    boolean run(Cluster cluster, Terminal terminal) {
        terminal.print(print(cluster.knownLook().view().history(), format));
        return true;
    }

    static String print(List<TimelineSwitch> history, TableFormat format) {
        List<List<Object>> rows = history.stream().map(HistoryCommand::row).toList();
        return format.print(new Table(COLUMNS, rows), Optional.empty(), EmptyCells.KEPT);
    }

    private static List<Object> row(TimelineSwitch entry) {
        return List.of(
                entry.timeline(),
                entry.position().value(),
                entry.reason(),
                entry.at().map(IsoTime::text).orElse(Table.EMPTY),
                entry.newLeader().map(NodeName::value).orElse(Table.EMPTY));
    }
}
