package dev.regent.ctl;

import java.util.List;
import java.util.Locale;

/**
 * What one check of a set-up has found. Immutable.
 *
 * @param advice what to do; empty where nothing is to be done
 */
record Finding(String check, Verdict verdict, String expected, String found, String advice) {

    /** How bad it is. */
    enum Verdict {
        GOOD,
        /** It could not be looked at, which is not a fault. */
        UNKNOWN,
        /** It works, and will hurt one day. */
        RISK,
        /** It does not work, or will not when it is needed. */
        FAULT
    }

    static Finding good(String check, String expected, String found) {
        return new Finding(check, Verdict.GOOD, expected, found, "");
    }

    static Finding unknown(String check, String expected, String why, String advice) {
        return new Finding(check, Verdict.UNKNOWN, expected, why, advice);
    }

    static Finding risk(String check, String expected, String found, String advice) {
        return new Finding(check, Verdict.RISK, expected, found, advice);
    }

    static Finding fault(String check, String expected, String found, String advice) {
        return new Finding(check, Verdict.FAULT, expected, found, advice);
    }

    List<Object> cells() {
        return List.of(check, verdict.name().toLowerCase(Locale.ROOT), expected, found, advice);
    }
}
