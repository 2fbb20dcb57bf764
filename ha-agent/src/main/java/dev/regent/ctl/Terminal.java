package dev.regent.ctl;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where a command asks and answers. Used by one thread. */
final class Terminal {
    /** Existing scripts cut the first two words off, whatever they look like. */
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSS", Locale.ROOT);

    private static final DateTimeFormatter TO_THE_SECOND =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    /** Clears the screen and puts the cursor into its first corner. */
    private static final String CLEAR = "\u001b[2J\u001b[1;1H";

    /** Lets time pass; tests let the world change meanwhile. */
    interface Pauses {
        void of(Duration time) throws InterruptedException;
    }

    private final BufferedReader in;
    private final PrintWriter out;
    private final PrintWriter errors;
    private final Clock clock;
    private final Pauses pauses;
    private final Optional<Screen> screen;

    /** @param screen absent when the output is not read by a person */
    Terminal(
            BufferedReader in,
            PrintWriter out,
            PrintWriter errors,
            Clock clock,
            Pauses pauses,
            Optional<Screen> screen) {
        this.in = in;
        this.out = out;
        this.errors = errors;
        this.clock = clock;
        this.pauses = pauses;
        this.screen = screen;
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

    /** Tells something beside the output that scripts read. */
    void warn(String text) {
        errors.print(text + "\n");
        errors.flush();
    }

    ZonedDateTime now() {
        return ZonedDateTime.now(clock);
    }

    String timeOfDay() {
        return TO_THE_SECOND.format(now());
    }

    void pause(Duration time) throws InterruptedException {
        pauses.of(time);
    }

    /** Clears the screen, where there is one. */
    void clear() {
        screen.ifPresent(there -> print(CLEAR));
    }

    /** Shows lines of a difference: in colours and page by page on a screen. */
    void page(List<String> lines) throws InterruptedException {
        if (screen.isPresent()) {
            screen.get().page(lines);
        } else {
            print(lines.stream().map(line -> line + "\n").collect(Collectors.joining()));
        }
    }

    /** Lets the user edit the file. */
    void edit(Path file) throws InterruptedException {
        screen.orElseThrow(
                        () -> new CommandFailure(
                                "expected a terminal to edit on, found none: say what to change with -s, -p, --apply or --replace"))
                .edit(file);
    }

    /** What the user types; the default if that is nothing. */
    String ask(String question, String otherwise) {
        print(question + " [" + otherwise + "]: ");
        String answer = read().strip();
        return answer.isEmpty() ? otherwise : answer;
    }

    /** What the user types, which must be something. */
    String ask(String question) {
        while (true) {
            print(question + ": ");
            String answer = read().strip();
            if (!answer.isEmpty()) {
                return answer;
            }
        }
    }

    /** What the user types, which nobody else shall see. */
    String askSecretly(String question) {
        Console console = screen.isPresent() ? System.console() : null;
        if (console == null) {
            return ask(question);
        }
        char[] typed = console.readPassword("%s: ", question);
        if (typed == null) {
            throw new EndOfInput();
        }
        return new String(typed);
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

    /** Everything up to the end of the input. */
    String readAll() {
        return in.lines().collect(Collectors.joining("\n"));
    }

    /** The user has gone away before answering. */
    static final class EndOfInput extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
