package dev.regent.ctl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Where a command asks and answers. Used by one thread. */
final class Terminal {
    /** Existing scripts cut the first two words off, whatever they look like. */
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSS", Locale.ROOT);

    private final BufferedReader in;
    private final PrintWriter out;
    private final Clock clock;

    Terminal(BufferedReader in, PrintWriter out, Clock clock) {
        this.in = in;
        this.out = out;
        this.clock = clock;
    }

    /** Prints the text as it is. */
    void print(String text) {
        out.print(text);
        out.flush();
    }

    void line(String text) {
        print(text + "\n");
    }

    /** The line with the time before it. */
    void stamped(String text) {
        line(STAMP.format(now()) + " " + text);
    }

    ZonedDateTime now() {
        return ZonedDateTime.now(clock);
    }

    /** What the user types; the default if that is nothing. */
    String ask(String question, String otherwise) {
        print(question + " [" + otherwise + "]: ");
        String answer = read().strip();
        return answer.isEmpty() ? otherwise : answer;
    }

    boolean confirm(String question) {
        while (true) {
            print(question + " [y/N]: ");
            Optional<Boolean> answer = yesOrNo(read());
            if (answer.isPresent()) {
                return answer.get();
            }
            line("Error: invalid input");
        }
    }

    private static Optional<Boolean> yesOrNo(String answer) {
        return switch (answer.strip().toLowerCase(Locale.ROOT)) {
            case "y", "yes" -> Optional.of(true);
            case "n", "no", "" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private String read() {
        try {
            String line = in.readLine();
            if (line == null) {
                throw new EndOfInput();
            }
            return line;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** The user has gone away before answering. */
    static final class EndOfInput extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
