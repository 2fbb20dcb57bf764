package dev.regent.agent.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The kinds of the values in a configuration, from the resource {@code schema.txt}. */
final class Schema {
    /** What a value is to be. */
    enum Kind {
        TEXT("text", "a string"),
        FLAG("true or false", "a boolean"),
        INTEGER("a whole number", "an integer"),
        NUMBER("a number", "a number"),
        LIST("a list", "a list"),
        MAP("a mapping", "a dictionary");

        private final String people;
        private final String reference;

        Kind(String people, String reference) {
            this.people = people;
            this.reference = reference;
        }

        /** In the words of our messages. */
        String people() {
            return people;
        }

        /** In the words of the reference's. */
        String reference() {
            return reference;
        }
    }

    /** One line of the resource. */
    record Rule(String path, Kind kind, List<String> checks) {
        boolean has(String check) {
            return checks.contains(check);
        }

        /** What stands behind {@code name=}. */
        Optional<String> argument(String name) {
            return checks.stream()
                    .filter(check -> check.startsWith(name + "="))
                    .map(check -> check.substring(name.length() + 1))
                    .findFirst();
        }

        /** The words that may be written, if only some may. */
        List<String> words() {
            return argument("one-of")
                    .or(() -> argument("one-of-any-case"))
                    .map(words -> List.of(words.split(",", -1)))
                    .orElse(List.of());
        }

        String parent() {
            return path.substring(0, Math.max(0, path.lastIndexOf('.')));
        }

        String key() {
            return path.substring(path.lastIndexOf('.') + 1);
        }
    }

    private static final String RESOURCE = "schema.txt";
    private static final Map<String, Rule> RULES = load();

    private Schema() {}

    /** In the order in which the reference checks them. */
    static Collection<Rule> rules() {
        return RULES.values();
    }

    static Set<String> paths() {
        return RULES.keySet();
    }

    static Optional<Kind> kind(String path) {
        return Optional.ofNullable(RULES.get(path)).map(Rule::kind);
    }

    private static Map<String, Rule> load() {
        Map<String, Rule> rules = new LinkedHashMap<>();
        try (InputStream in = Schema.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + RESOURCE + " is missing: build again");
            }
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> Arrays.asList(line.split(" ", -1)))
                    .forEach(words -> rules.put(
                            words.get(0),
                            new Rule(
                                    words.get(0),
                                    Kind.valueOf(words.get(1).toUpperCase(Locale.ROOT)),
                                    List.copyOf(words.subList(2, words.size())))));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return rules;
    }
}
