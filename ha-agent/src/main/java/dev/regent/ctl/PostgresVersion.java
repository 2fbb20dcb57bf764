package dev.regent.ctl;

import java.util.Arrays;
import java.util.List;

/** Versions of PostgreSQL as people write them and as the server counts them. */
final class PostgresVersion {
    private static final int FIRST_OF_TWO_PARTS = 10;
    private static final int MAJOR = 10_000;
    private static final int MINOR_OF_THREE = 100;

    private PostgresVersion() {}

    /** Refuses what is no version. */
    static void check(String text) {
        List<Integer> parts;
        try {
            parts = Arrays.stream(text.split("\\.", -1)).map(Integer::valueOf).toList();
        } catch (NumberFormatException notAVersion) {
            throw new CommandFailure("Invalid PostgreSQL version: " + text, notAVersion);
        }
        boolean complete = parts.size() == 3 || (parts.size() == 2 && parts.get(0) >= FIRST_OF_TWO_PARTS);
        if (!complete) {
            throw new CommandFailure("Invalid PostgreSQL version format: X.Y or X.Y.Z is accepted: " + text);
        }
    }

    /** 170005 is 17.5, 90624 is 9.6.24. */
    static String text(int number) {
        return number >= FIRST_OF_TWO_PARTS * MAJOR
                ? number / MAJOR + "." + number % MAJOR
                : number / MAJOR + "." + number / MINOR_OF_THREE % MINOR_OF_THREE + "." + number % MINOR_OF_THREE;
    }
}
