package dev.regent.agent.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses what somebody meant who wrote something else. */
final class Spelling {
    /** Two letters that changed places in a word of four are a slip; more edits make another word. */
    private static final int LETTERS_PER_SLIP = 2;

    private Spelling() {}

    static Optional<String> nearest(String written, Collection<String> known) {
        return known.stream()
                .filter(candidate -> distance(written, candidate) <= Math.max(1, written.length() / LETTERS_PER_SLIP))
                .min(Comparator.comparingInt(candidate -> distance(written, candidate)));
    }

    /** How many letters must be added, removed or replaced to make one word of the other. */
    static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
