package dev.regent.agent.config;

import dev.regent.agent.config.Schema.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks a whole configuration, and looks around whether it can work here. What is wrong is told in the words of the
 * reference's validator, a line each, and below it where that stands and what was expected. Used by one thread.
 */
public final class Validation {
    private static final List<String> STORES =
            List.of("consul", "etcd", "etcd3", "exhibitor", "kubernetes", "raft", "zookeeper");
    private static final Map<String, String> EXCLUSIVE =
            Map.of("nofailover", "failover_priority", "nosync", "sync_priority");

    /** Whose problem says what was expected. */
    private static final List<String> LOOKED_UP = List.of("programs", "data-directory", "listen", "elsewhere");

    private final Section root;
    private final Surroundings surroundings;
    private final List<String> lines = new ArrayList<>();

    private Validation(Section root, Surroundings surroundings) {
        this.root = root;
        this.surroundings = surroundings;
    }

    /** The lines to print; none when all is well. */
    public static List<String> problems(Section root, boolean portsMayBeInUse) {
        return problems(root, Surroundings.ofThisHost(portsMayBeInUse));
    }

    static List<String> problems(Section root, Surroundings surroundings) {
        Validation validation = new Validation(root, surroundings);
        Schema.rules().forEach(validation::check);
        validation.checkOurselves();
        return List.copyOf(validation.lines);
    }

    /** What nobody knows, with its place: no problem to whoever has keys of other programs in the file. */
    public static List<String> warnings(Section root) {
        List<String> warnings = new ArrayList<>(root.warnings());
        warnings.addAll(KnownKeys.warnings(root));
        return warnings;
    }

    private void check(Rule rule) {
        if (rule.has("store") && STORES.stream().noneMatch(root::has)) {
            STORES.forEach(store -> add(store, "", "is not defined."));
        }
        Optional<Map<?, ?>> parent = parent(rule);
        if (rule.has("unchecked") || parent.isEmpty()) {
            return;
        }
        @Nullable Object value = parent.get().get(rule.key());
        if (value == null) {
            if (rule.has("required") || (rule.has("one-of-these") && isWithoutAll(parent.get(), rule))) {
                add(rule.path(), "", "is not defined.");
            } else if (rule.has("programs")) {
                wrongValue(rule, "");
            }
            return;
        }
        Optional<String> type = wrongType(rule, value);
        if (type.isPresent()) {
            add(rule, value, type.get());
        } else {
            wrongValue(rule, value);
        }
        if (rule.path().equals("tags") && value instanceof Map<?, ?> tags) {
            checkExclusive(tags);
        }
    }

    private static boolean isWithoutAll(Map<?, ?> section, Rule rule) {
        return Schema.rules().stream()
                .filter(other -> other.has("one-of-these") && other.parent().equals(rule.parent()))
                .noneMatch(other -> section.get(other.key()) != null);
    }

    private void checkExclusive(Map<?, ?> tags) {
        for (String flag : List.of("nofailover", "nosync")) {
            String priority = EXCLUSIVE.getOrDefault(flag, "");
            if (tags.get(flag) != null && tags.get(priority) != null) {
                add("tags", "", "Multiple of ('" + flag + "', '" + priority + "') provided");
            }
        }
    }

    private Optional<Map<?, ?>> parent(Rule rule) {
        Map<?, ?> map = root.values();
        for (String key : rule.parent().isEmpty()
                ? List.<String>of()
                : List.of(rule.parent().split("\\.", -1))) {
            if (!(map.get(key) instanceof Map<?, ?> below)) {
                return Optional.empty();
            }
            map = below;
        }
        return Optional.of(map);
    }

    private static Optional<String> wrongType(Rule rule, Object value) {
        boolean plain = !(value instanceof Map) && !(value instanceof List);
        boolean right = switch (rule.kind()) {
            case TEXT ->
                value instanceof String
                        || (plain && rule.has("words"))
                        || rule.has("format")
                        || rule.has("synchronous")
                        || rule.has("mode");
            case FLAG -> value instanceof Boolean;
            case INTEGER ->
                value instanceof Integer
                        || value instanceof Long
                        || value instanceof Boolean
                        || (plain && rule.has("words"));
            case NUMBER -> value instanceof Number;
            case LIST ->
                value instanceof List || (plain && rule.has("words")) || (value instanceof Map && rule.has("options"));
            case MAP -> value instanceof Map;
        };
        if (!right) {
            return Optional.of("is not " + rule.kind().reference());
        }
        return value instanceof List<?> list && list.isEmpty() && !rule.has("format")
                ? Optional.of("is an empty list")
                : Optional.empty();
    }

    private void wrongValue(Rule rule, Object value) {
        if (isOutOfRange(rule, value) || isNoneOfTheWords(rule, value)) {
            addValue(rule, value, "Wrong value");
        } else if (rule.has("synchronous") && !isSynchronousMode(value)) {
            addValue(rule, value, "invalid value for synchronous_mode");
        } else if (rule.has("mode")
                && !List.of("off", "false", "automatic", "required").contains(lower(value))) {
            addValue(rule, value, "Wrong value");
        } else if (rule.has("reachable")) {
            checkReachable(rule, value);
        } else {
            surroundings.problem(rule, value, root).ifPresent(problem -> addValue(rule, value, problem));
        }
    }

    private static boolean isOutOfRange(Rule rule, Object value) {
        if (rule.kind() != Schema.Kind.INTEGER || !(value instanceof Number number)) {
            return false;
        }
        return rule.argument("min")
                        .filter(min -> number.longValue() < Long.parseLong(min))
                        .isPresent()
                || rule.argument("max")
                        .filter(max -> number.longValue() > Long.parseLong(max))
                        .isPresent();
    }

    private static boolean isNoneOfTheWords(Rule rule, Object value) {
        boolean anyCase = rule.argument("one-of-any-case").isPresent();
        return !rule.words().isEmpty()
                && rule.words().stream()
                        .noneMatch(word ->
                                anyCase ? word.equalsIgnoreCase(value.toString()) : word.equals(value.toString()));
    }

    private static boolean isSynchronousMode(Object value) {
        return List.of("true", "false", "on", "off", "yes", "no", "1", "0", "quorum")
                .contains(lower(value));
    }

    private static String lower(Object value) {
        return value.toString().toLowerCase(Locale.ROOT);
    }

    private void checkReachable(Rule rule, Object value) {
        List<?> hosts =
                value instanceof List<?> list ? list : List.of(value.toString().split("\\s*,\\s*", -1));
        for (int i = 0; i < hosts.size(); i++) {
            String path = rule.path() + (value instanceof List ? "." + i : "");
            String host = String.valueOf(hosts.get(i));
            surroundings
                    .unreachable(host, rule.path().startsWith("consul.") ? "8500" : "2379")
                    .ifPresent(problem -> add(path, host, "didn't pass validation: " + problem));
        }
    }

    private void addValue(Rule rule, Object value, String problem) {
        boolean whole = problem.startsWith("Directory ") || problem.startsWith("'") || problem.startsWith("does not");
        add(rule, value, whole ? problem : "didn't pass validation: " + problem);
    }

    private void add(Rule rule, Object value, String problem) {
        add(rule.path(), PythonText.of(value), problem);
        String expected = expected(rule);
        if (!expected.isEmpty()) {
            int last = lines.size() - 1;
            lines.set(last, lines.get(last) + ": expected " + expected + ", found " + Section.kindOf(value));
        }
    }

    private static String expected(Rule rule) {
        if (!rule.words().isEmpty()) {
            return rule.words().stream().collect(Collectors.joining(" or "));
        }
        Collection<String> limits = new ArrayList<>();
        rule.argument("min").ifPresent(min -> limits.add(min + " or more"));
        rule.argument("max").ifPresent(max -> limits.add(max + " or less"));
        return rule.checks().stream().anyMatch(LOOKED_UP::contains)
                ? ""
                : rule.kind().people() + (limits.isEmpty() ? "" : ", " + String.join(" and ", limits));
    }

    private void add(String path, String value, String problem) {
        lines.add(path + " " + value + " " + problem);
        lines.add("    " + root.place(path));
    }

    /** What this program would not start with, if nothing else was found. */
    private void checkOurselves() {
        if (!lines.isEmpty()) {
            return;
        }
        try {
            AgentConfig.of(root);
        } catch (IllegalArgumentException refused) {
            lines.add(String.valueOf(refused.getMessage()));
        }
    }
}
