package dev.regent.dcs.consul;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The TTLs that a Consul server takes for a session, as far as a client can know them: it learns the range from the refusal.
 * Stateless.
 */
final class SessionTtlRange {
    /** Consul's default. */
    private static final Duration USUAL_LEAST = Duration.ofSeconds(10);

    private static final String REFUSAL = "Invalid Session TTL";
    private static final Pattern LEAST = Pattern.compile("must be between \\[([0-9.a-zµ]+)=");
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(h|ms|m|s)");
    private static final double MILLIS = 1_000;

    private SessionTtlRange() {}

    /** As Patroni writes it: {@code 15.0s}. */
    static String text(Duration ttl) {
        return ttl.toMillis() / MILLIS + "s";
    }

    static boolean isRefusal(Answer answer) {
        return !answer.is(Answer.OK) && answer.body().contains(REFUSAL);
    }

    /** The least TTL that a refusal names. */
    static Duration least(Answer refusal) {
        Matcher range = LEAST.matcher(refusal.body());
        return range.find() ? duration(range.group(1)) : USUAL_LEAST;
    }

    /** Reads Go's notation, for example {@code 1m30s}. */
    private static Duration duration(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            double millis = Double.parseDouble(part.group(1)) * millisPer(part.group(2));
            sum = sum.plusMillis(Math.round(millis));
        }
        return sum.isZero() ? USUAL_LEAST : sum;
    }

    private static double millisPer(String unit) {
        return switch (unit) {
            case "h" -> 3_600 * MILLIS;
            case "m" -> 60 * MILLIS;
            case "s" -> MILLIS;
            default -> 1;
        };
    }
}
