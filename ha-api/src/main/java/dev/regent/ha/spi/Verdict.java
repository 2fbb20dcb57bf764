package dev.regent.ha.spi;

/** Whether a node stands for leader, and if not, why, in words for a person. Immutable. */
public record Verdict(boolean isStand, String why) {
    private static final Verdict STAND = new Verdict(true, "");

    public static Verdict stand() {
        return STAND;
    }

    public static Verdict refuse(String why) {
        return new Verdict(false, why);
    }
}
