package dev.regent.examples.demo;

import dev.regent.testkit.cluster.Topology;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the demonstration prints: a timeline with seconds since the start, coloured on a terminal. Thread-safe. */
final class Screen {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final String BOLD = "1";
    private static final String DIM = "2";
    private static final String GREEN = "32";
    private static final String RED = "31";
    private static final String CYAN = "36";

    private final PrintStream out;
    private final boolean colours;
    private final long start = System.nanoTime();
    private String lastTopology = "";
    private boolean ended;

    Screen(PrintStream out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    /** What the demonstration itself does. */
    synchronized void headline(String text) {
        line(BOLD, "== " + text);
    }

    /** What a node does, and why; nothing more once the story has ended. */
    synchronized void event(String node, String text) {
        if (!ended) {
            line(DIM, "   " + node + "  " + text);
        }
    }

    /** From now on nodes leave, of which nobody needs to hear: what the story has come to stays the last to be read. */
    synchronized void end() {
        ended = true;
    }

    synchronized void success(String text) {
        line(GREEN, text);
    }

    synchronized void failure(String text) {
        line(RED, text);
    }

    synchronized void plain(String text) {
        out.println(text);
        out.flush();
    }

    /** The members, if they are not as they were when last shown. */
    synchronized void topology(Topology topology) {
        String shown = topology.members().stream().map(Screen::member).collect(Collectors.joining("   "));
        if (!shown.equals(lastTopology)) {
            lastTopology = shown;
            line(CYAN, "   [ " + shown + " ]");
        }
    }

    private static String member(Topology.Row row) {
        String role = row.isLeader() ? "PRIMARY" : row.role().replace('_', ' ');
        String timeline = row.timeline() > 0 ? " (timeline " + row.timeline() + ")" : "";
        return row.name() + ": " + role
                + (row.state().equals("running") || row.state().equals("streaming") ? "" : ", " + row.state())
                + timeline;
    }

    private void line(String colour, String text) {
        String time = String.format(Locale.ROOT, "%7.3f s ", sinceStart().toNanos() / NANOS_PER_SECOND);
        out.println(colours ? "\u001b[" + colour + "m" + time + text + "\u001b[0m" : time + text);
        out.flush();
    }

    private Duration sinceStart() {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
