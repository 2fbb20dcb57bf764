package dev.regent.postgres;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server did not start with, and what it has instead for as long as the configuration is not changed: a wrong
 * setting must not keep a server down that ran before. Used by one thread.
 */
final class Setbacks {
    private static final Logger LOG = LoggerFactory.getLogger(Setbacks.class);

    /** Settings that are this node's own affair, or that change by themselves. */
    private static final Set<String> NOT_TO_BLAME =
            Set.of("listen_addresses", "port", "cluster_name", "synchronous_standby_names", "hba_file", "ident_file");

    private static final Pattern LINE_OF_HBA = Pattern.compile("line (\\d+) of configuration file \"[^\"]*pg_hba");

    /** The value that failed, and the one before; absent where there was none. */
    private record Setback(String failed, Optional<String> instead) {}

    private final Map<String, Setback> parameters = new TreeMap<>();
    private final Set<String> refusedLines = new HashSet<>();

    /** The parameters with those that failed as they were before. */
    Map<String, String> applied(Map<String, String> wanted) {
        Map<String, String> result = new LinkedHashMap<>(wanted);
        parameters.forEach((name, setback) -> {
            if (setback.failed().equals(wanted.get(name))) {
                setback.instead().ifPresentOrElse(value -> result.put(name, value), () -> result.remove(name));
            }
        });
        return result;
    }

    List<String> without(List<String> lines) {
        return lines.stream().filter(line -> !refusedLines.contains(line)).toList();
    }

    /** True when there is something that the next start is spared. */
    boolean retreat(Map<String, String> before, Map<String, String> now, String output, List<String> hba) {
        Map<Integer, String> lines = new TreeMap<>();
        Matcher matcher = LINE_OF_HBA.matcher(output);
        while (matcher.find()) {
            lines.put(Integer.valueOf(matcher.group(1)), "the server does not start with it");
        }
        if (!lines.isEmpty() && refuseLines(hba, lines)) {
            return true;
        }
        Map<String, String> changed = new TreeMap<>(now);
        changed.keySet()
                .removeIf(name -> NOT_TO_BLAME.contains(name)
                        || ConfText.RECOVERY.contains(name)
                        || now.getOrDefault(name, "").equals(before.get(name)));
        if (before.isEmpty() || changed.isEmpty()) {
            return false;
        }
        Map<String, String> named = new TreeMap<>(changed);
        named.entrySet().removeIf(entry -> !isNamed(entry, output));
        (named.isEmpty() ? changed : named).forEach((name, value) -> setBack(name, value, before));
        return true;
    }

    private void setBack(String name, String value, Map<String, String> before) {
        Optional<String> instead = Optional.ofNullable(before.get(name));
        LOG.warn(
                "The server does not start with {} = '{}': it has {} until the configuration is corrected",
                name,
                value,
                instead.map(text -> "'" + text + "' as before").orElse("PostgreSQL's own value"));
        parameters.put(name, new Setback(value, instead));
    }

    private static boolean isNamed(Map.Entry<String, String> parameter, String output) {
        return output.contains(parameter.getKey())
                || List.of(parameter.getValue().split("[\\s,\"]+")).stream()
                        .anyMatch(part -> part.length() > 2 && output.contains("\"" + part + "\""));
    }

    /** Lines by their numbers, which begin with 1; true when one is refused that was not before. */
    boolean refuseLines(List<String> hba, Map<Integer, String> errors) {
        List<String> found = new ArrayList<>();
        errors.forEach((number, error) -> {
            if (number >= 1 && number <= hba.size() && refusedLines.add(hba.get(number - 1))) {
                found.add(hba.get(number - 1));
                LOG.warn(
                        "A line of pg_hba.conf is left out, correct the configuration: {}: {}",
                        hba.get(number - 1),
                        error);
            }
        });
        return !found.isEmpty();
    }

    void clear() {
        parameters.clear();
    }
}
