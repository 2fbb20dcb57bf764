package dev.regent.ha.decision;

import dev.regent.ha.model.NodeName;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The text of {@code synchronous_standby_names}: written in the order of names, read in every form PostgreSQL accepts. */
final class SynchronousNames {
    private static final Pattern BARE = Pattern.compile("[A-Za-z_][A-Za-z_0-9$]*");
    private static final Pattern COUNTED = Pattern.compile(
            "\\s*(?:(?:first|any)\\s+)?(\\d+)\\s*\\((.*)\\)\\s*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("\"((?:[^\"]|\"\")*)\"|([^\\s,\"]+)");

    private SynchronousNames() {}

    /** Commits wait for all of the names; for nobody when there are none. */
    static String all(Set<NodeName> names) {
        List<String> sorted =
                names.stream().sorted().map(SynchronousNames::quoted).toList();
        return switch (sorted.size()) {
            case 0 -> "";
            case 1 -> sorted.get(0);
            default -> sorted.size() + " (" + String.join(",", sorted) + ")";
        };
    }

    /** Commits wait for so many of the names; for nobody when the number is 0; for ever when there is no name to wait for. */
    static String any(int number, Set<NodeName> names) {
        if (number == 0) {
            return "";
        }
        return "ANY " + number + " ("
                + (names.isEmpty()
                        ? nobodyYet()
                        : names.stream().sorted().map(SynchronousNames::quoted).collect(Collectors.joining(",")))
                + ")";
    }

    /** For how many of the names commits wait at least. */
    static int number(String value) {
        Matcher counted = COUNTED.matcher(value);
        return counted.matches()
                ? Integer.parseInt(counted.group(1))
                : Math.min(1, parse(value).size());
    }

    /** Commits wait until an operator or a standby comes. */
    static String nobodyYet() {
        return NodeName.STRICT_SYNC_PLACEHOLDER;
    }

    /** The names in lower case, as PostgreSQL compares them; {@code *} when any name will do. */
    static Set<String> parse(String value) {
        Matcher counted = COUNTED.matcher(value);
        Matcher names = NAME.matcher(counted.matches() ? counted.group(2) : value);
        Set<String> parsed = new TreeSet<>();
        while (names.find()) {
            String quoted = names.group(1);
            parsed.add((quoted != null ? quoted.replace("\"\"", "\"") : names.group(2)).toLowerCase(Locale.ROOT));
        }
        return parsed;
    }

    static Set<String> folded(Collection<NodeName> names) {
        return names.stream()
                .map(name -> name.value().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String quoted(NodeName name) {
        String value = name.value();
        boolean keyword = value.equalsIgnoreCase("first") || value.equalsIgnoreCase("any");
        return BARE.matcher(value).matches() && !keyword ? value : '"' + value.replace("\"", "\"\"") + '"';
    }
}
