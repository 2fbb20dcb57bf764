package dev.regent.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps clients out of a server by lines that stand before the others in its {@code pg_hba.conf}, where the first that
 * matches counts: the few may log in as they otherwise may, and everybody else is rejected. Connections for physical
 * replication are never matched by these lines.
 */
final class HbaGate {
    private static final String BEGIN =
            "# Closed to clients by Regent until a synchronous standby holds what they would find."
                    + " Where no Regent runs any more: delete everything down to the next comment of Regent, and reload.";
    private static final String END = "# Regent lets clients in again by the lines that follow.";
    private static final List<String> REJECTIONS = List.of("local all all reject", "host all all all reject");
    private static final String EVERYBODY = "all";
    private static final String REPLICATION = "replication";
    private static final int USER = 2;

    private HbaGate() {}

    static boolean isClosed(String text) {
        return text.startsWith(BEGIN);
    }

    /** Whether the text says everything itself: who comes in by an included file is not known. */
    static boolean canClose(String text) {
        return logicalLines(opened(text)).stream()
                .map(HbaLine::parse)
                .noneMatch(line -> !line.fields().isEmpty() && line.first(0).startsWith("include"));
    }

    /** The text without the lines that keep clients out. */
    static String opened(String text) {
        int end = text.indexOf(END);
        return isClosed(text) && end >= 0 ? text.substring(end + END.length()).stripLeading() : text;
    }

    /** The text with lines before it by which only these users come in, as far as they otherwise do. */
    static String closed(String text, Set<String> users) {
        String open = opened(text);
        List<String> lines = new ArrayList<>(List.of(BEGIN));
        for (String raw : logicalLines(open)) {
            HbaLine line = HbaLine.parse(raw);
            if (line.fields().size() > USER && !line.isOnly(1, REPLICATION)) {
                forTheFew(line, users).ifPresent(lines::add);
            }
        }
        lines.addAll(REJECTIONS);
        lines.add(END);
        return String.join("\n", lines) + "\n" + open;
    }

    private static Optional<String> forTheFew(HbaLine line, Set<String> users) {
        boolean everybody = line.has(USER, EVERYBODY);
        String few = users.stream()
                .filter(user -> everybody || line.has(USER, user))
                .sorted()
                .map(user -> "\"" + user.replace("\"", "\"\"") + "\"")
                .collect(Collectors.joining(","));
        if (!few.isEmpty()) {
            return Optional.of(line.with(USER, few));
        }
        // Groups and patterns are not looked through: what they reject stays rejected, what they let in waits
        return line.text().contains("reject") ? Optional.of(line.text()) : Optional.empty();
    }

    /** A backslash at the end goes on in the next line. */
    private static List<String> logicalLines(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder pending = new StringBuilder();
        for (String line : text.lines().toList()) {
            if (line.endsWith("\\")) {
                pending.append(line, 0, line.length() - 1);
                continue;
            }
            lines.add(pending + line);
            pending.setLength(0);
        }
        if (!pending.isEmpty()) {
            lines.add(pending.toString());
        }
        return lines;
    }
}
