package dev.regent.ctl;

import dev.regent.ctl.Table.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a table is printed. The names are what users type. */
enum TableFormat {
    pretty,
    tsv,
    json,
    yaml,
    yml;

    private static final String TAB = "\t";

    /** The table as text that ends with a line break; the title is for people. */
    String print(Table table, Optional<String> title, EmptyCells empty) {
        return print(table, title, empty, TAB);
    }

    /** With something else than tabs between the values of {@code tsv}. */
    String print(Table table, Optional<String> title, EmptyCells empty, String delimiter) {
        return switch (this) {
            case pretty -> PrettyTable.draw(table, title);
            case tsv -> tsv(table, delimiter);
            case json -> JsonText.of(objects(table, empty)) + "\n";
            case yaml, yml -> YamlText.block(objects(table, empty)) + "\n";
        };
    }

    /** What becomes of cells without content where rows are objects. */
    enum EmptyCells {
        KEPT,
        LEFT_OUT
    }

    private static String tsv(Table table, String delimiter) {
        String header = table.columns().stream().map(Column::name).collect(Collectors.joining(delimiter));
        return table.rows().stream()
                .map(row -> row.stream().map(TableFormat::flat).collect(Collectors.joining(delimiter)))
                .collect(Collectors.joining("\n", header + "\n", table.rows().isEmpty() ? "" : "\n"));
    }

    private static String flat(Object cell) {
        return cell instanceof Map<?, ?> map ? YamlText.flow(map) : Table.text(cell);
    }

    private static List<Map<String, @Nullable Object>> objects(Table table, EmptyCells empty) {
        return table.rows().stream()
                .map(row -> object(table.columns(), row, empty))
                .toList();
    }

    private static Map<String, @Nullable Object> object(List<Column> columns, List<Object> row, EmptyCells empty) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            if (empty == EmptyCells.KEPT || !row.get(i).equals(Table.EMPTY)) {
                object.put(columns.get(i).name(), row.get(i) == Table.NULL ? null : row.get(i));
            }
        }
        return object;
    }
}
