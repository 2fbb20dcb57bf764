package dev.regent.rest;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of memory as PostgreSQL writes it, {@code 16MB} or {@code 1048576}; units are case-sensitive. */
final class ByteSize {
    private static final Pattern SYNTAX = Pattern.compile(
            "([+-]?)(?:0[xX]([0-9a-fA-F]+)|([0-9]*\\.[0-9]*(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)|([0-9]+))"
                    + "\\s*([A-Za-z]*)");
    private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB");
    private static final double STEP = 1024;
    private static final int HEX = 16;
    private static final int OCTAL = 8;
    private static final int DECIMAL = 10;

    private ByteSize() {}

    /** The amount in bytes; absent when the text is not one. */
    static OptionalLong parse(String text) {
        Matcher parts = SYNTAX.matcher(text.trim());
        if (!parts.matches()) {
            return OptionalLong.empty();
        }
        String unit = parts.group(5).isEmpty() ? "B" : parts.group(5);
        int power = UNITS.indexOf(unit);
        try {
            double number = number(parts);
            return power < 0 ? OptionalLong.empty() : OptionalLong.of(bytes(number, power));
        } catch (NumberFormatException notANumber) {
            return OptionalLong.empty();
        }
    }

    private static double number(Matcher parts) {
        double size;
        if (parts.group(2) != null) {
            size = Long.parseLong(parts.group(2), HEX);
        } else if (parts.group(3) != null) {
            size = Double.parseDouble(parts.group(3).toLowerCase(Locale.ROOT));
        } else {
            String digits = parts.group(4);
            size = Long.parseLong(digits, digits.length() > 1 && digits.startsWith("0") ? OCTAL : DECIMAL);
        }
        return parts.group(1).equals("-") ? -size : size;
    }

    /** Fractions of a unit are rounded to whole ones of the next smaller unit. */
    private static long bytes(double number, int power) {
        if (power == 0) {
            return (long) Math.rint(number);
        }
        return (long) (Math.rint(number * STEP) * Math.pow(STEP, power - 1.0));
    }
}
