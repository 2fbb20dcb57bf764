package dev.regent.agent;

import ch.qos.logback.classic.Level;
import dev.regent.agent.config.LogSection;
import dev.regent.agent.log.LogTarget;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Where this process writes what happens. */
public final class LogOutput {
    private LogOutput() {}

    /** From now on, for the whole process: to standard error, a line each. */
    public static void toStandardError(Level level) {
        try {
            LogTarget.use(LogSection.DEFAULT, level);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /**
     * From now on, for the whole process, as the configuration says. A file that cannot be written is an
     * {@link IOException} for people, and leaves everything as it was.
     */
    static void as(LogSection settings) throws IOException {
        LogTarget.use(settings, LogTarget.level(settings.level()));
    }

    /** Writes what is queued and ends; false when it could not be written within seconds. */
    static boolean close() {
        return LogTarget.close();
    }
}
