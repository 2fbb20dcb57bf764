package dev.regent.testkit.sim;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** What happened in a simulation, as a timeline for people; writes nothing unless it is wanted. Used by one thread. */
final class Trace {
    private static final int LONGEST = 400;

    private final EventQueue queue;
    private final boolean wanted;
    private final ArrayDeque<String> lines = new ArrayDeque<>();

    Trace(EventQueue queue, boolean wanted) {
        this.queue = queue;
        this.wanted = wanted;
    }

    void note(String who, Supplier<String> what) {
        if (!wanted) {
            return;
        }
        if (lines.size() == LONGEST) {
            lines.poll();
        }
        double seconds = (double) queue.now() / EventQueue.SECOND;
        lines.add(String.format(Locale.ROOT, "%11.6f  %-9s %s", seconds, who, what.get()));
    }

    /** The last lines, oldest first. */
    List<String> tail() {
        return List.copyOf(lines);
    }
}
