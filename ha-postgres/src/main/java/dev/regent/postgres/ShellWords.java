package dev.regent.postgres;

import java.util.ArrayList;
import java.util.List;

/** Splits a command into its words as a shell does, without a shell: quotes and backslashes count, nothing is expanded. */
final class ShellWords {
    private static final String ESCAPABLE_IN_QUOTES = "\"\\";

    private final String text;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private int at;

    private ShellWords(String text) {
        this.text = text;
    }

    /** An empty command, or one with a quote that does not end, is an {@link IllegalArgumentException} for people. */
    static List<String> of(String command) {
        List<String> words = new ShellWords(command).split();
        if (words.isEmpty()) {
            throw new IllegalArgumentException("expected a command, found none: name a program");
        }
        return words;
    }

    /** The text without its quotes where it is one quoted word, otherwise as it is. */
    static String unquoted(String text) {
        if (!text.startsWith("\"") && !text.startsWith("'")) {
            return text;
        }
        try {
            List<String> words = new ShellWords(text).split();
            return words.size() == 1 ? words.get(0) : text;
        } catch (IllegalArgumentException unbalanced) {
            return text;
        }
    }

    private List<String> split() {
        while (at < text.length()) {
            char next = text.charAt(at++);
            switch (next) {
                case ' ', '\t', '\r', '\n' -> endWord();
                case '\'', '"' -> quoted(next);
                case '\\' -> append(at < text.length() ? text.charAt(at++) : '\\');
                default -> append(next);
            }
        }
        endWord();
        return words;
    }

    private void quoted(char quote) {
        inWord = true;
        while (at < text.length() && text.charAt(at) != quote) {
            boolean escaped = quote == '"'
                    && text.charAt(at) == '\\'
                    && at + 1 < text.length()
                    && ESCAPABLE_IN_QUOTES.indexOf(text.charAt(at + 1)) >= 0;
            at += escaped ? 1 : 0;
            word.append(text.charAt(at++));
        }
        if (at == text.length()) {
            throw new IllegalArgumentException(
                    "expected a command with balanced quotes, found one without its end in: " + text);
        }
        at++;
    }

    private void append(char next) {
        inWord = true;
        word.append(next);
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }
}
