package dev.regent.rest;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A span of time as PostgreSQL's settings are written: a number, hexadecimal and octal too, and perhaps a unit. */
final class TimeSpan {
    private static final Pattern TEXT = Pattern.compile(
            "\\s*([+-]?)(0[xX][0-9a-fA-F]+|\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d{1,2})?|\\.\\d+(?:[eE][+-]?\\d{1,2})?)\\s*(us|ms|s|min|h|d|)\\s*");
    private static final Pattern OCTAL = Pattern.compile("0[0-9]+");
    private static final Pattern HEXADECIMAL = Pattern.compile("0[xX].*");
    private static final int HEX = 16;
    private static final int EIGHT = 8;

    private TimeSpan() {}

    /** In whole seconds, which are meant where no unit is named; absent when the text is no span of time. */
    static Optional<Long> seconds(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            BigDecimal amount = number(parts.group(2)).multiply(unit(parts.group(3)));
            BigDecimal signed = parts.group(1).equals("-") ? amount.negate() : amount;
            return Optional.of(signed.setScale(0, RoundingMode.HALF_EVEN).longValueExact());
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    private static BigDecimal number(String text) {
        if (HEXADECIMAL.matcher(text).matches()) {
            return new BigDecimal(new BigInteger(text.substring(2), HEX));
        }
        return OCTAL.matcher(text).matches() ? new BigDecimal(new BigInteger(text, EIGHT)) : new BigDecimal(text);
    }

    private static BigDecimal unit(String name) {
        return switch (name) {
            case "us" -> new BigDecimal("0.000001");
            case "ms" -> new BigDecimal("0.001");
            case "min" -> new BigDecimal(60);
            case "h" -> new BigDecimal(3600);
            case "d" -> new BigDecimal(86_400);
            default -> BigDecimal.ONE;
        };
    }
}
