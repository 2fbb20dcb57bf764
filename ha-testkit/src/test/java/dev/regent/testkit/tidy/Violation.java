package dev.regent.testkit.tidy;

import java.nio.file.Path;

/** One place that breaks a rule, and what to do about it. Immutable. */
record Violation(Path file, long line, String what) {
    @Override
    public String toString() {
        return file + ":" + line + " " + what;
    }
}
