package dev.regent.ctl;

import dev.regent.ctl.Table.Column;
import dev.regent.ctl.TableFormat.EmptyCells;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code regentctl query}. */
@Command(name = "query", description = "Asks a member's server with SQL.")
final class QueryCommand extends ClusterCommand {
    private static final String STANDARD_INPUT = "-";

    @Mixin
    private final ChosenMember chosen = new ChosenMember();

    @Mixin
    private final Watching watching = new Watching();

    @Option(
            names = {"-d", "--dbname"},
            paramLabel = "DATABASE",
            description = "The database; default $PGDATABASE, or the name of the user.")
    private @Nullable String database;

    @Option(
            names = {"-U", "--username"},
            paramLabel = "USER",
            description = "Who asks; default $PGUSER, or who you are.")
    private @Nullable String username;

    @Option(names = "--password", description = "Ask for the password; default $PGPASSWORD or ~/.pgpass.")
    private boolean asksPassword;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "A file with the SQL; - is stdin.")
    private @Nullable String file;

    @Option(
            names = {"-c", "--command"},
            paramLabel = "SQL",
            description = "The SQL.")
    private @Nullable String sql;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "tsv",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private TableFormat format = TableFormat.tsv;

    @Option(
            names = "--delimiter",
            paramLabel = "TEXT",
            defaultValue = "\t",
            description = "What stands between values in tsv; default a tab.")
    private String delimiter = "\t";

    @Override
    boolean run(Cluster cluster, Terminal terminal) throws InterruptedException {
        chosen.check();
        if (file != null && sql != null) {
            throw new CommandFailure("--file and --command are mutually exclusive options");
        }
        if (file == null && sql == null) {
            throw new CommandFailure("You need to specify either --command or --file");
        }
        String text = sql != null ? sql : text(terminal, file == null ? STANDARD_INPUT : file);
        Optional<String> password = asksPassword ? Optional.of(terminal.askSecretly("Password")) : Optional.empty();
        SqlClient client =
                new SqlClient(Optional.ofNullable(username), password, Optional.ofNullable(database), System.getenv());
        Look look = cluster.look();
        boolean[] good = {true};
        watching.repeat(terminal, false, () -> good[0] = ask(client, look, terminal, text));
        return good[0];
    }

    private static String text(Terminal terminal, String file) {
        try {
            return file.equals(STANDARD_INPUT) ? terminal.readAll() : Files.readString(Path.of(file));
        } catch (IOException unreadable) {
            throw new CommandFailure(
                    "expected a file with SQL, found that " + file + " cannot be read: " + unreadable, unreadable);
        }
    }

    private boolean ask(SqlClient client, Look look, Terminal terminal, String text) {
        try {
            SqlClient.Rows rows = client.ask(look, chosen, text);
            List<Column> columns = rows.columns().stream().map(Column::left).toList();
            terminal.print(
                    format.print(new Table(columns, rows.values()), Optional.empty(), EmptyCells.KEPT, delimiter));
            return true;
        } catch (SqlClient.Problem problem) {
            Table row = new Table(
                    List.of(Column.left("time"), Column.left("problem")),
                    List.of(List.of(terminal.timeOfDay(), String.valueOf(problem.getMessage()))));
            terminal.print(
                    format == TableFormat.tsv
                            ? terminal.timeOfDay() + delimiter + problem.getMessage() + "\n"
                            : format.print(row, Optional.empty(), EmptyCells.KEPT));
            return false;
        }
    }
}
