package dev.regent.agent.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regent.agent.config.LogSection;
import dev.regent.agent.config.LogSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LogTargetTest {
    private static final Instant AT = LocalDateTime.of(2031, 2, 3, 4, 5, 6, 7_000_000)
            .atZone(ZoneId.systemDefault())
            .toInstant();

    @TempDir
    private Path folder;

    @Test
    void aLineLooksAsTheReferencesDoes() {
        assertThat(line("{}")).isEqualTo("2031-02-03 04:05:06,007 WARNING: hello world\n");
    }

    @Test
    void formatsAndDatesAreInTheNotationOfExistingConfigurations() {
        assertThat(line("{format: '%(asctime)s|%(levelname)-8s|%(name)s|%(levelno)05d|%(msecs)d|100%%|%(message).5s',"
                        + " dateformat: '%d/%b/%Y %H:%M:%S %% %q'}"))
                .isEqualTo("03/Feb/2031 04:05:06 % %q|WARNING |dev.regent.test|00030|7|100%|hello\n");
    }

    @Test
    void aCauseIsTracedOrNamed() {
        LoggingEvent event = event();
        event.setThrowableProxy(new ThrowableProxy(new IOException("broken")));

        assertThat(new TextLine(LogSettings.of("{}")).doLayout(event))
                .contains("hello world\njava.io.IOException: broken", "\tat dev.regent.agent.log.LogTargetTest");
        assertThat(new TextLine(LogSettings.of("{traceback_level: DEBUG}")).doLayout(event))
                .endsWith("hello world, DETAIL: 'java.io.IOException: broken'\n");
        assertThat(new TextLine(LogSettings.of("{traceback_level: debug, level: DEBUG}")).doLayout(event))
                .contains("\tat ");
    }

    @Test
    void jsonHasTheFieldsThatAreAskedForAndThoseThatNeverChange() throws IOException {
        String line = new JsonLine(LogSettings.of("{type: json, format: [asctime, levelname: severity, message],"
                        + " static_fields: {app: pg, shard: 3}}"))
                .doLayout(event());

        JsonNode json = new ObjectMapper().readTree(line);
        assertThat(line).endsWith("}\n").hasLineCount(1);
        assertThat(json.fieldNames()).toIterable().containsExactly("asctime", "severity", "message", "app", "shard");
        assertThat(json.get("severity").asText()).isEqualTo("WARNING");
        assertThat(json.get("shard").asInt()).isEqualTo(3);
        assertThat(new JsonLine(LogSettings.of("{type: json, format: '%(levelname)s %(message)s'}")).doLayout(event()))
                .isEqualTo("{\"levelname\":\"WARNING\",\"message\":\"hello world\"}\n");
    }

    @Test
    void filesRotateAndTheOldestGoes() throws IOException {
        try (RotatingFile file =
                RotatingFile.open(LogSettings.of("{dir: '" + folder + "', file_num: 2, file_size: 10, mode: 0640}"))) {
            for (String line : new String[] {"one\n", "two2\n", "three\n", "four\n", "a very long line\n", "six\n"}) {
                file.write(line.getBytes(StandardCharsets.UTF_8));
            }
        }

        assertThat(folder.resolve("patroni.log")).hasContent("six");
        assertThat(folder.resolve("patroni.log.1")).hasContent("a very long line");
        assertThat(folder.resolve("patroni.log.2")).hasContent("four");
        assertThat(folder.resolve("patroni.log.3")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("patroni.log"))))
                .isEqualTo("rw-r-----");
    }

    @Test
    void aDirectoryThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> RotatingFile.open(LogSettings.of("{dir: /nowhere/at/all}")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "expected log.dir to be a directory, found nothing at /nowhere/at/all: create it");
    }

    @Test
    void whatFindsTheQueueFullIsCounted() throws Exception {
        Logger logger = context().getLogger("dev.regent.test");
        LogQueue queue = new LogQueue(2, LineWriter.open(LogSettings.of("{dir: '" + folder + "'}")), logger);
        for (int i = 0; i < 5; i++) {
            queue.append(event());
        }

        queue.start();

        assertThat(queue.close()).isTrue();
        assertThat(folder.resolve("patroni.log"))
                .content()
                .contains("QueueHandler has lost 3 log records")
                .hasLineCount(3);
    }

    @Test
    void levelsFollowTheConfigurationAndGoWithIt() throws IOException {
        LoggerContext context = context();
        try {
            LogTarget.use(
                    LogSettings.of("{dir: '" + folder + "', loggers: {patroni.postgresql: DEBUG, io.grpc: ERROR}}"),
                    Level.INFO);
            assertThat(context.getLogger("dev.regent.postgres.Probe").isDebugEnabled())
                    .isTrue();
            assertThat(context.getLogger("io.grpc").isWarnEnabled()).isFalse();

            LogTarget.use(LogSettings.of("{dir: '" + folder + "'}"), Level.INFO);
            assertThat(context.getLogger("dev.regent.postgres.Probe").isDebugEnabled())
                    .isFalse();
            assertThat(context.getLogger("io.grpc").isWarnEnabled()).isTrue();
            context.getLogger("dev.regent.test").info("said");
            assertThat(LogTarget.close()).isTrue();
            assertThat(folder.resolve("patroni.log")).content().endsWith(" INFO: said\n");
        } finally {
            LogTarget.use(LogSection.DEFAULT, Level.INFO);
        }
    }

    private static String line(String settings) {
        return new TextLine(LogSettings.of(settings)).doLayout(event());
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    private static LoggingEvent event() {
        LoggingEvent event = new LoggingEvent(
                "x", context().getLogger("dev.regent.test"), Level.WARN, "hello {}", null, new Object[] {"world"});
        event.setInstant(AT);
        return event;
    }
}
