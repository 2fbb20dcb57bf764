package dev.regent.ctl;

import java.util.ArrayList;
import java.util.List;

/** Text in lines that fit into a column of a table for people. */
final class WrappedText {
    private static final int WIDEST = 60;

    private WrappedText() {}

    /** Lines broken between words. */
    static String of(String text) {
        StringBuilder line = new StringBuilder();
        List<String> lines = new ArrayList<>();
        for (String word : text.split(" ", -1)) {
            if (line.length() > 0 && line.length() + word.length() >= WIDEST) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return String.join("\n", lines);
    }
}
