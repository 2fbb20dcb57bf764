package dev.regent.postgres;

import java.util.ArrayList;
import java.util.List;

/** One line of a {@code pg_hba.conf} in its fields, each a list of words. Immutable. */
record HbaLine(String text, List<Field> fields) {
    /** A word as it is meant; in quotes it has no special meaning. */
    record Word(String value, boolean quoted) {}

    /** Where the field stands in the line, and its words. */
    record Field(int begin, int end, List<Word> words) {
        Field {
            words = List.copyOf(words);
        }
    }

    HbaLine {
        fields = List.copyOf(fields);
    }

    /** Without fields when the line is blank or a comment. */
    static HbaLine parse(String text) {
        List<Field> fields = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '#') {
                break;
            }
            if (Character.isWhitespace(next) || next == ',') {
                at++;
                continue;
            }
            Field field = fieldAt(text, at);
            fields.add(field);
            at = field.end();
        }
        return new HbaLine(text, fields);
    }

    /** A comma right after a word goes on with the same field. */
    private static Field fieldAt(String text, int begin) {
        List<Word> words = new ArrayList<>();
        int at = begin;
        while (true) {
            int end = wordEnd(text, at);
            String raw = text.substring(at, end);
            words.add(new Word(raw.replace("\"", ""), raw.startsWith("\"")));
            if (end >= text.length() || text.charAt(end) != ',') {
                return new Field(begin, end, words);
            }
            at = end + 1;
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            if (at >= text.length() || text.charAt(at) == '#') {
                return new Field(begin, end, words);
            }
        }
    }

    private static int wordEnd(String text, int begin) {
        boolean quoted = false;
        int at = begin;
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '"') {
                quoted = !quoted;
            } else if (!quoted && (Character.isWhitespace(next) || next == ',' || next == '#')) {
                break;
            }
            at++;
        }
        return at;
    }

    /** The first word of the field. */
    String first(int field) {
        return fields.get(field).words().get(0).value();
    }

    /** Whether the word is among those of the field; one with a special meaning only without quotes. */
    boolean has(int field, String word) {
        return fields.get(field).words().stream()
                .anyMatch(present -> present.value().equals(word) && !(word.equals("all") && present.quoted()));
    }

    boolean isOnly(int field, String word) {
        return fields.get(field).words().stream()
                .allMatch(present -> present.value().equals(word) && !present.quoted());
    }

    /** The line with other words in the field. */
    String with(int field, String words) {
        Field replaced = fields.get(field);
        return text.substring(0, replaced.begin()) + words + text.substring(replaced.end());
    }
}
