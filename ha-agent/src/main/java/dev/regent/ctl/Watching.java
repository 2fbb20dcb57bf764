package dev.regent.ctl;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command that can be repeated until it is interrupted. */
final class Watching {
    private static final double USUAL_SECONDS = 2;
    private static final int MILLIS = 1000;

    /** One round. */
    interface Round {
        void run() throws InterruptedException;
    }

    @Option(names = "-W", description = "Look again every 2 seconds.")
    private boolean watched;

    @Option(
            names = {"-w", "--watch"},
            paramLabel = "SECONDS",
            description = "Look again every so many seconds.")
    private @Nullable Double seconds;

    /** Runs one round, or rounds without end. */
    void repeat(Terminal terminal, boolean clears, Round round) throws InterruptedException {
        if (!watched && seconds == null) {
            round.run();
            return;
        }
        double between = seconds == null ? USUAL_SECONDS : seconds;
        if (between <= 0) {
            throw new CommandFailure("expected more than 0 seconds between two looks (--watch), found " + between);
        }
        while (true) {
            if (clears) {
                terminal.clear();
            }
            round.run();
            terminal.pause(Duration.ofMillis(Math.round(between * MILLIS)));
        }
    }

    boolean isOn() {
        return watched || seconds != null;
    }
}
