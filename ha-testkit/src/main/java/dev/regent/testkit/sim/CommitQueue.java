package dev.regent.testkit.sim;

import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commits that wait for the standbys in {@code synchronous_standby_names}: for all of them. Used by one thread. */
final class CommitQueue {
    private static final Pattern COUNTED = Pattern.compile("\\s*\\d+\\s*\\((.*)\\)\\s*");

    private record Waiting(long record, int end) {}

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private String names = "";
    private Set<String> listed = Set.of();

    String names() {
        return names;
    }

    void setNames(String value) {
        names = value;
        Matcher counted = COUNTED.matcher(value);
        String list = counted.matches() ? counted.group(1) : value;
        Set<String> parsed = new TreeSet<>();
        for (String name : list.split(",", -1)) {
            String bare = name.replace("\"", "").trim().toLowerCase(Locale.ROOT);
            if (!bare.isEmpty()) {
                parsed.add(bare);
            }
        }
        listed = parsed;
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

    /** Acknowledges the commits that every listed standby has flushed. */
    void release(SimServer server, ServerObserver observer) {
        if (waiting.isEmpty()) {
            return;
        }
        int safe = listed.isEmpty() ? Integer.MAX_VALUE : flushedByAll(server);
        for (Waiting next = waiting.peek(); next != null && next.end() <= safe; next = waiting.peek()) {
            waiting.poll();
            observer.acknowledged(server, next.record());
        }
    }

    private int flushedByAll(SimServer server) {
        int least = Integer.MAX_VALUE;
        int found = 0;
        for (Stream stream : server.replicas()) {
            if (stream.isCaughtUp() && isListed(stream.standby().name().value())) {
                found++;
                least = Math.min(least, stream.flushed());
            }
        }
        return found < listed.size() ? 0 : least;
    }
}
