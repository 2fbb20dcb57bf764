package dev.regent.postgres;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of PostgreSQL's settings with their units, as people write and read them. */
final class SettingUnit {
    private static final Pattern NUMBER =
            Pattern.compile("\\s*([-+]?)(0[xX][0-9a-fA-F]+|[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\\s*([A-Za-z]*)\\s*");
    private static final Pattern UNIT = Pattern.compile("([0-9]*)([A-Za-z]+)");
    private static final int HEX = 16;
    private static final int OCTAL = 8;

    /** The smaller ones first; sizes in bytes. */
    private static final Map<String, BigDecimal> SIZES =
            ascending("B", 1, "kB", 1024, "MB", 1024, "GB", 1024, "TB", 1024);

    /** The smaller ones first; times in microseconds. */
    private static final Map<String, BigDecimal> TIMES =
            ascending("us", 1, "ms", 1000, "s", 1000, "min", 60, "h", 60, "d", 24);

    private SettingUnit() {}

    /** A unit, and how often it is longer than the one before. */
    private static Map<String, BigDecimal> ascending(Object... unitsAndFactors) {
        Map<String, BigDecimal> units = new LinkedHashMap<>();
        BigDecimal size = BigDecimal.ONE;
        for (int i = 0; i < unitsAndFactors.length; i += 2) {
            size = size.multiply(BigDecimal.valueOf((int) unitsAndFactors[i + 1]));
            units.put((String) unitsAndFactors[i], size);
        }
        return units;
    }

    /** The value in the largest unit that shows it exactly; as it stands when it has none or is no number. */
    static String readable(String value, String type, Optional<String> unit) {
        Optional<BigDecimal> number = unit.flatMap(known -> inUnit(value, type, known));
        if (number.isEmpty() || number.get().signum() == 0) {
            return value;
        }
        String base = unit.orElseThrow();
        BigDecimal amount = number.get().multiply(sizeOf(base).orElseThrow());
        String best = "";
        for (Map.Entry<String, BigDecimal> candidate : family(base).entrySet()) {
            if (amount.remainder(candidate.getValue()).signum() == 0) {
                best = amount.divide(candidate.getValue(), RoundingMode.UNNECESSARY)
                                .stripTrailingZeros()
                                .toPlainString()
                        + candidate.getKey();
            }
        }
        return best.isEmpty() ? value : best;
    }

    /** Whether the server would read both as the same value. */
    static boolean isSame(String one, String other, String type, Optional<String> unit) {
        return switch (type) {
            case "bool" -> ControlledParameters.isTrue(one) == ControlledParameters.isTrue(other);
            case "enum" -> one.equalsIgnoreCase(other);
            case "integer", "real" -> {
                Optional<BigDecimal> first = inUnit(one, type, unit.orElse(""));
                Optional<BigDecimal> second = inUnit(other, type, unit.orElse(""));
                yield first.isPresent() && second.isPresent() && first.get().compareTo(second.get()) == 0;
            }
            default -> one.equals(other);
        };
    }

    /** The number in the setting's own unit, which it also has when it names none; absent when it is no such number. */
    private static Optional<BigDecimal> inUnit(String value, String type, String base) {
        Matcher matcher = NUMBER.matcher(value);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Optional<BigDecimal> number =
                number(matcher.group(2)).map(found -> matcher.group(1).equals("-") ? found.negate() : found);
        String unit = matcher.group(3);
        if (!unit.isEmpty()) {
            BigDecimal factor = family(base).get(unit);
            Optional<BigDecimal> baseSize = sizeOf(base);
            if (factor == null || baseSize.isEmpty()) {
                return Optional.empty();
            }
            number = number.map(found -> converted(found.multiply(factor), unit, base, baseSize.get()));
        }
        return type.equals("real") ? number : number.map(found -> found.setScale(0, RoundingMode.HALF_EVEN));
    }

    /** As the server does it: first to whole units of the next smaller kind, then to the setting's own. */
    private static BigDecimal converted(BigDecimal amount, String unit, String base, BigDecimal baseSize) {
        BigDecimal smaller = BigDecimal.ONE;
        for (Map.Entry<String, BigDecimal> candidate : family(base).entrySet()) {
            if (candidate.getKey().equals(unit)) {
                break;
            }
            smaller = candidate.getValue();
        }
        BigDecimal whole = amount.divide(smaller, 0, RoundingMode.HALF_EVEN).multiply(smaller);
        BigDecimal exact = amount.remainder(smaller).signum() == 0 ? amount : whole;
        return exact.divide(baseSize, 6, RoundingMode.HALF_EVEN).stripTrailingZeros();
    }

    private static Optional<BigDecimal> number(String digits) {
        try {
            if (digits.startsWith("0x") || digits.startsWith("0X")) {
                return Optional.of(new BigDecimal(new BigInteger(digits.substring(2), HEX)));
            }
            if (digits.matches("0[0-7]+")) {
                return Optional.of(new BigDecimal(new BigInteger(digits, OCTAL)));
            }
            return Optional.of(new BigDecimal(digits));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    private static Map<String, BigDecimal> family(String base) {
        String name = UNIT.matcher(base).replaceAll("$2");
        return SIZES.containsKey(name) ? SIZES : TIMES.containsKey(name) ? TIMES : Map.of();
    }

    /** Of {@code 8kB} for example. */
    private static Optional<BigDecimal> sizeOf(String base) {
        Matcher matcher = UNIT.matcher(base);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal times = matcher.group(1).isEmpty() ? BigDecimal.ONE : new BigDecimal(matcher.group(1));
        return Optional.ofNullable(family(base).get(matcher.group(2))).map(times::multiply);
    }
}
