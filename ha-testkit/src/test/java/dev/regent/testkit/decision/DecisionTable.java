package dev.regent.testkit.decision;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Decisions as rows of text: from left to right, values of a fact that make no difference to anything right of it share a
 * row, and a fact of which no value makes a difference is {@code any}. Immutable.
 */
final class DecisionTable {
    private static final String ANY = "any";
    private static final String DECISION = "decision";
    private static final String REASON = "because";

    private final Function<Situation, Decision> decider;

    DecisionTable(Function<Situation, Decision> decider) {
        this.decider = decider;
    }

    /** Title first. */
    List<String> rows(List<Situation> situations) {
        List<List<String>> table = new ArrayList<>();
        List<String> title = Situation.FACTS.stream()
                .map(fact -> fact.getSimpleName().toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.toCollection(ArrayList::new));
        title.add(DECISION);
        title.add(REASON);
        table.add(title);
        table.addAll(collapsed(situations, 0));
        return aligned(table);
    }

    private List<List<String>> collapsed(List<Situation> situations, int column) {
        if (column == Situation.FACTS.size()) {
            return situations.stream().map(this::outcome).distinct().toList();
        }
        Map<Enum<?>, List<Situation>> byValue = situations.stream()
                .collect(Collectors.groupingBy(
                        situation -> situation.facts().get(column), LinkedHashMap::new, Collectors.toList()));
        Map<List<List<String>>, List<Enum<?>>> byMeaning = new LinkedHashMap<>();
        byValue.forEach((value, group) -> byMeaning
                .computeIfAbsent(collapsed(group, column + 1), rows -> new ArrayList<>())
                .add(value));
        List<List<String>> table = new ArrayList<>();
        byMeaning.forEach((rows, values) -> {
            String cell = byMeaning.size() == 1
                    ? ANY
                    : values.stream().map(Situation::label).collect(Collectors.joining("|"));
            rows.forEach(row -> table.add(prepended(cell, row)));
        });
        return table;
    }

    private static List<String> prepended(String cell, List<String> row) {
        List<String> longer = new ArrayList<>();
        longer.add(cell);
        longer.addAll(row);
        return longer;
    }

    private List<String> outcome(Situation situation) {
        Decision decision = decider.apply(situation);
        return List.of(label(decision.action()), decision.reason().name());
    }

    private static String label(Action action) {
        return action instanceof Operation operation
                ? operation.label()
                : action.getClass().getSimpleName();
    }

    private static List<String> aligned(List<List<String>> table) {
        int columns = table.get(0).size();
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < columns; column++) {
            int at = column;
            widths.add(
                    table.stream().mapToInt(row -> row.get(at).length()).max().orElse(0));
        }
        return table.stream().map(row -> aligned(row, widths)).toList();
    }

    private static String aligned(List<String> row, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            String cell = row.get(column);
            line.append(cell).append(" ".repeat(widths.get(column) - cell.length() + 2));
        }
        return line.toString().stripTrailing();
    }
}
