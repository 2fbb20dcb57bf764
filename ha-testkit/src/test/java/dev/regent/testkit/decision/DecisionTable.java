package dev.regent.testkit.decision;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decisions as rows of text: from left to right, values of a fact that make no difference to anything right of it share a
 * row, and a fact of which no value makes a difference is {@code any}. Immutable.
 */
final class DecisionTable<S> {
    private static final String ANY = "any";
    private static final String DECISION = "decision";
    private static final String REASON = "because";

    private final List<Class<? extends Enum<?>>> facts;
    private final Function<S, List<Enum<?>>> factsOf;
    private final Function<S, Decision> decider;

    /** Of situations that are told by these facts, in the order of the columns. */
    DecisionTable(
            List<Class<? extends Enum<?>>> facts, Function<S, List<Enum<?>>> factsOf, Function<S, Decision> decider) {
        this.facts = List.copyOf(facts);
        this.factsOf = factsOf;
        this.decider = decider;
    }

    /** All that the facts can be at once. */
    static Stream<List<Enum<?>>> product(List<Class<? extends Enum<?>>> facts) {
        return product(facts, List.of());
    }

    private static Stream<List<Enum<?>>> product(List<Class<? extends Enum<?>>> facts, List<Enum<?>> chosen) {
        if (chosen.size() == facts.size()) {
            return Stream.of(chosen);
        }
        return Arrays.stream(facts.get(chosen.size()).getEnumConstants()).flatMap(value -> {
            List<Enum<?>> more = new ArrayList<>(chosen);
            more.add(value);
            return product(facts, more);
        });
    }

    /** Title first. */
    List<String> rows(List<S> situations) {
        List<List<String>> table = new ArrayList<>();
        List<String> title = facts.stream()
                .map(fact -> fact.getSimpleName().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(ArrayList::new));
        title.add(DECISION);
        title.add(REASON);
        table.add(title);
        table.addAll(collapsed(situations, 0));
        return aligned(table);
    }

    private List<List<String>> collapsed(List<S> situations, int column) {
        if (column == facts.size()) {
            return situations.stream().map(this::outcome).distinct().toList();
        }
        Map<Enum<?>, List<S>> byValue = situations.stream()
                .collect(Collectors.groupingBy(
                        situation -> factsOf.apply(situation).get(column), LinkedHashMap::new, Collectors.toList()));
        Map<List<List<String>>, List<Enum<?>>> byMeaning = new LinkedHashMap<>();
        byValue.forEach((value, group) -> byMeaning
                .computeIfAbsent(collapsed(group, column + 1), rows -> new ArrayList<>())
                .add(value));
        List<List<String>> table = new ArrayList<>();
        byMeaning.forEach((rows, values) -> {
            String cell = byMeaning.size() == 1
                    ? ANY
                    : values.stream().map(DecisionTable::label).collect(Collectors.joining("|"));
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

    private List<String> outcome(S situation) {
        Decision decision = decider.apply(situation);
        return List.of(label(decision.action()), decision.reason().name());
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
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
