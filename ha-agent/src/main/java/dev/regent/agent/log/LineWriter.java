package dev.regent.agent.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import dev.regent.agent.config.LogSection;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes records as lines to where the configuration says. Used by one thread at a time. */
final class LineWriter {
    private static final List<String> FIELDS_OF_CALLER = List.of("filename", "pathname", "lineno", "funcName");

    private final LayoutBase<ILoggingEvent> layout;
    private final OutputStream target;
    private final boolean needsCaller;

    private LineWriter(LayoutBase<ILoggingEvent> layout, OutputStream target, boolean needsCaller) {
        this.layout = layout;
        this.target = target;
        this.needsCaller = needsCaller;
    }

    /** A directory that cannot be written to is an {@link IOException} for people. */
    static LineWriter open(LogSection settings) throws IOException {
        boolean needsCaller = FIELDS_OF_CALLER.stream()
                .anyMatch(field -> settings.format().contains("%(" + field)
                        || settings.fields().containsKey(field));
        LayoutBase<ILoggingEvent> layout = settings.json() ? new JsonLine(settings) : new TextLine(settings);
        OutputStream target =
                settings.dir().isPresent() ? RotatingFile.open(settings) : new FileOutputStream(FileDescriptor.err);
        return new LineWriter(layout, target, needsCaller);
    }

    boolean needsCaller() {
        return needsCaller;
    }

    /** A line that cannot be written is lost: there is nowhere to tell of it. */
    void write(ILoggingEvent event) {
        try {
            target.write(layout.doLayout(event).getBytes(StandardCharsets.UTF_8));
            target.flush();
        } catch (IOException full) {
            layout.addError("a line could not be written", full);
        }
    }

    /** Standard error stays open for whoever comes next. */
    void close() {
        if (target instanceof RotatingFile file) {
            try {
                file.close();
            } catch (IOException full) {
                layout.addError("the file could not be closed", full);
            }
        }
    }
}
