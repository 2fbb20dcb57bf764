package dev.regent.ctl;

import dev.regent.ctl.Table.Alignment;
import dev.regent.ctl.Table.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Draws a table with lines around it, for people. */
final class PrettyTable {
    private final List<Column> columns;
    private final List<List<List<String>>> rows;
    private final int[] widths;

    private PrettyTable(Table table) {
        List<Integer> shown = IntStream.range(0, table.columns().size())
                .filter(i -> table.columns().get(i).isForPeople())
                .boxed()
                .toList();
        columns = shown.stream().map(table.columns()::get).toList();
        rows = table.rows().stream()
                .map(row -> shown.stream().map(i -> lines(row.get(i))).toList())
                .toList();
        widths = IntStream.range(0, columns.size()).map(this::width).toArray();
    }

    /** The table as lines, each ended; the title stands in the uppermost one. */
    static String draw(Table table, Optional<String> title) {
        return new PrettyTable(table).draw(title);
    }

    private static List<String> lines(Object cell) {
        return Arrays.asList(
                (cell instanceof Map<?, ?> map ? YamlText.block(map).strip() : Table.text(cell)).split("\n"));
    }

    private int width(int column) {
        int widest = rows.stream()
                .flatMap(row -> row.get(column).stream())
                .mapToInt(String::length)
                .max()
                .orElse(0);
        return Math.max(widest, columns.get(column).heading().length());
    }

    private String draw(Optional<String> title) {
        String rule = Arrays.stream(widths)
                .mapToObj(width -> "-".repeat(width + 2))
                .collect(Collectors.joining("+", "+", "+\n"));
        List<List<String>> headings =
                columns.stream().map(column -> List.of(column.heading())).toList();
        boolean ruled = rows.stream().anyMatch(row -> height(row) > 1);
        StringBuilder drawing =
                new StringBuilder(title.map(text -> titled(rule, text)).orElse(rule));
        drawing.append(drawn(headings)).append(rule);
        rows.forEach(row -> drawing.append(drawn(row)).append(ruled ? rule : ""));
        return drawing.append(ruled ? "" : rule).toString();
    }

    /** The title takes the place of the rule, from its second character on, and ends where the rule ends. */
    private static String titled(String rule, String title) {
        String cut = title.substring(0, Math.min(title.length(), rule.length() - 3));
        return rule.charAt(0) + cut + rule.substring(1 + cut.length());
    }

    private static int height(List<List<String>> row) {
        return row.stream().mapToInt(List::size).max().orElse(1);
    }

    private String drawn(List<List<String>> row) {
        List<String> lines = new ArrayList<>();
        for (int line = 0; line < height(row); line++) {
            StringBuilder drawing = new StringBuilder("|");
            for (int i = 0; i < row.size(); i++) {
                String text = line < row.get(i).size() ? row.get(i).get(line) : "";
                String padding = " ".repeat(widths[i] - text.length());
                boolean right = columns.get(i).alignment() == Alignment.RIGHT;
                drawing.append(' ')
                        .append(right ? padding + text : text + padding)
                        .append(" |");
            }
            lines.add(drawing.append('\n').toString());
        }
        return String.join("", lines);
    }
}
