package dev.regent.ctl;

import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** The moment at which something is to happen, as a user says it. */
final class PlannedTime {
    private static final DateTimeFormatter EXAMPLE = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm", Locale.ROOT);
    private static final String NOW = "now";

    private PlannedTime() {}

    /**
     * Empty for at once.
     *
     * @param blank what stands behind the example in the question; existing scripts wait for the very text
     */
    static Optional<OffsetDateTime> ask(
            Terminal terminal, Optional<String> said, boolean force, String what, String blank) {
        String when = said.orElseGet(() -> force ? NOW : question(terminal, what, blank));
        if (when.isBlank() || when.equals(NOW)) {
            return Optional.empty();
        }
        return Optional.of(IsoTime.parse(when, terminal.now())
                .orElseThrow(() -> new CommandFailure("Unable to parse scheduled timestamp (" + when
                        + "). It should be in an unambiguous format (e.g. ISO 8601)")));
    }

    private static String question(Terminal terminal, String what, String blank) {
        String example = EXAMPLE.format(terminal.now().plusHours(1));
        return terminal.ask("When should the " + what + " take place (e.g. " + example + blank + ") ", NOW);
    }
}
