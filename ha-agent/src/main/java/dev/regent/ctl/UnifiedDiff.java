package dev.regent.ctl;

import java.util.ArrayList;
import java.util.List;

/** What must be changed to make one text of another, in the form that patch programs read. */
final class UnifiedDiff {
    private static final int CONTEXT = 3;

    /** A line of the outcome: {@code ' '} stays, {@code '-'} goes, {@code '+'} comes. */
    private record Edit(char kind, String line, int oldLine, int newLine) {}

    private UnifiedDiff() {}

    /** Lines without their ends; empty when the texts are equal. The names of the texts are left empty. */
    static List<String> of(String before, String after) {
        List<Edit> edits = edits(before.lines().toList(), after.lines().toList());
        List<String> diff = new ArrayList<>();
        int next = 0;
        while (next < edits.size()) {
            if (edits.get(next).kind() == ' ') {
                next++;
                continue;
            }
            int from = Math.max(0, next - CONTEXT);
            int to = endOfHunk(edits, next);
            diff.addAll(hunk(edits.subList(from, to)));
            next = to;
        }
        if (!diff.isEmpty()) {
            diff.addAll(0, List.of("--- ", "+++ "));
        }
        return diff;
    }

    /** Changes with few lines between them share their context. */
    private static int endOfHunk(List<Edit> edits, int firstChange) {
        int lastChange = firstChange;
        for (int i = firstChange; i < edits.size() && i - lastChange <= 2 * CONTEXT; i++) {
            if (edits.get(i).kind() != ' ') {
                lastChange = i;
            }
        }
        return Math.min(edits.size(), lastChange + 1 + CONTEXT);
    }

    private static List<String> hunk(List<Edit> edits) {
        long removed = edits.stream().filter(edit -> edit.kind() != '+').count();
        long added = edits.stream().filter(edit -> edit.kind() != '-').count();
        List<String> hunk = new ArrayList<>();
        hunk.add("@@ -" + range(edits.get(0).oldLine(), removed) + " +"
                + range(edits.get(0).newLine(), added) + " @@");
        edits.forEach(edit -> hunk.add(edit.kind() + edit.line()));
        return hunk;
    }

    private static String range(int firstLine, long count) {
        if (count == 1) {
            return String.valueOf(firstLine + 1);
        }
        return (count == 0 ? firstLine : firstLine + 1) + "," + count;
    }

    /** By the longest common subsequence; configurations are short. What goes stands before what comes. */
    private static List<Edit> edits(List<String> before, List<String> after) {
        int[][] common = commonLines(before, after);
        List<Edit> edits = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                edits.add(new Edit(' ', before.get(i), i++, j++));
            } else if (i < before.size() && (j == after.size() || common[i + 1][j] >= common[i][j + 1])) {
                edits.add(new Edit('-', before.get(i), i++, j));
            } else {
                edits.add(new Edit('+', after.get(j), i, j++));
            }
        }
        return edits;
    }

    /** The number of lines that the rests of both from (i, j) on have in common. */
    private static int[][] commonLines(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }
}
