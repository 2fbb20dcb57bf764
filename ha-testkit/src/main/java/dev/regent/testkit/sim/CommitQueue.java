package dev.regent.testkit.sim;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commits that wait for so many of the standbys in {@code synchronous_standby_names} as it says. Used by one thread. */
final class CommitQueue {
    private static final Pattern COUNTED = Pattern.compile("\\s*(ANY\\s+)?(\\d+)\\s*\\((.*)\\)\\s*");

    private record Waiting(long record, int end) {}

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private String names = "";
    private Set<String> listed = Set.of();
    private int number;
    private boolean quorum;

    String names() {
        return names;
    }

    void setNames(String value) {
        names = value;
        Matcher counted = COUNTED.matcher(value);
        String list = counted.matches() ? counted.group(3) : value;
        Set<String> parsed = new TreeSet<>();
        for (String name : list.split(",", -1)) {
            String bare = name.replace("\"", "").trim().toLowerCase(Locale.ROOT);
            if (!bare.isEmpty()) {
                parsed.add(bare);
            }
        }
        listed = parsed;
        number = counted.matches() ? Integer.parseInt(counted.group(2)) : 1;
        quorum = counted.matches() && counted.group(1) != null;
        if (!quorum && !listed.isEmpty() && number != listed.size()) {
            throw new IllegalArgumentException(
                    "expected all standbys to be waited for, or any of them, found \"" + value + "\"");
        }
    }

    /** Whether any so many of the listed standbys will do. */
    boolean isQuorum() {
        return quorum;
    }

    boolean isListed(String name) {
        return !listed.isEmpty() && listed.contains(name.toLowerCase(Locale.ROOT));
    }

    void add(long record, int end) {
        waiting.add(new Waiting(record, end));
    }

    /** Clients whose connection is gone are never told. */
    void clear() {
        waiting.clear();
    }

    /** Acknowledges the commits that enough of the listed standbys have flushed. */
    void release(SimServer server, ServerObserver observer) {
        if (waiting.isEmpty()) {
            return;
        }
        int safe = listed.isEmpty() ? Integer.MAX_VALUE : flushedByEnough(server);
        for (Waiting next = waiting.peek(); next != null && next.end() <= safe; next = waiting.peek()) {
            waiting.poll();
            observer.acknowledged(server, next.record());
        }
    }

    private int flushedByEnough(SimServer server) {
        return server.replicas().stream()
                .filter(stream ->
                        stream.isCaughtUp() && isListed(stream.standby().name().value()))
                .map(Stream::flushed)
                .sorted(Comparator.reverseOrder())
                .skip(number - 1L)
                .findFirst()
                .orElse(0);
    }
}
