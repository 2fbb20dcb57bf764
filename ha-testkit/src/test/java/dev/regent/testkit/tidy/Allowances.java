package dev.regent.testkit.tidy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The exceptions from rules, each a line of rule, class and reason; remembers which of them are needed. */
final class Allowances {
    private static final int PARTS = 3;

    private final Set<String> allowed = new LinkedHashSet<>();
    private final Set<String> used = new LinkedHashSet<>();

    private Allowances(List<String> lines) {
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split("\\s+", PARTS);
            if (parts.length < PARTS) {
                throw new IllegalArgumentException(
                        "expected a rule, a class and a reason, found \"" + line + "\": say why it is allowed");
            }
            allowed.add(parts[0] + " " + parts[1]);
        }
    }

    static Allowances of(String... lines) {
        return new Allowances(List.of(lines));
    }

    static Allowances read() throws IOException {
        try (InputStream file = Allowances.class.getResourceAsStream("/tidy/allowed.txt")) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return new Allowances(text.lines().toList());
        }
    }

    boolean allows(String rule, String className) {
        String entry = rule + " " + className;
        if (!allowed.contains(entry)) {
            return false;
        }
        used.add(entry);
        return true;
    }

    /** Exceptions that nothing needs any more. */
    Set<String> unused() {
        Set<String> unused = new LinkedHashSet<>(allowed);
        unused.removeAll(used);
        return unused;
    }
}
