package dev.regent.agent.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this process writes of what it does, how, and where to. Immutable.
 *
 * @param format with placeholders such as {@code %(message)s}; of JSON lines it says which fields there are
 * @param fields of JSON lines: what is known as, and what it is to be called
 * @param dateFormat as {@code strftime} has it; absent for {@code 2026-01-31 23:59:59,999}
 * @param maxQueueSize how many lines may wait to be written before some are lost
 * @param dir where the file is; absent for standard error
 * @param mode of the file; absent for what the process creates by itself
 * @param fileNum how many older files are kept
 * @param fileSize bytes after which a new file is begun
 * @param loggers levels by the names of what writes
 */
public record LogSection(
        boolean json,
        String level,
        String tracebackLevel,
        String format,
        Map<String, String> fields,
        Optional<String> dateFormat,
        Map<String, Object> staticFields,
        int maxQueueSize,
        Optional<Path> dir,
        Optional<Integer> mode,
        int fileNum,
        int fileSize,
        Map<String, String> loggers) {

    public static final String DEFAULT_FORMAT = "%(asctime)s %(levelname)s: %(message)s";
    private static final int DEFAULT_QUEUE = 1000;
    private static final int DEFAULT_FILES = 4;
    private static final int DEFAULT_FILE_SIZE = 25_000_000;
    private static final int ALL_PERMISSIONS = 0777;

    private static final List<String> LEVELS =
            List.of("TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL");

    /** Before a configuration has been read. */
    public static final LogSection DEFAULT = of(Section.root("defaults", Map.of()));

    public LogSection {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        staticFields = Collections.unmodifiableMap(new LinkedHashMap<>(staticFields));
        loggers = Map.copyOf(loggers);
    }

    static LogSection of(Section section) {
        boolean json = oneOf(section, "type", List.of("plain", "json"), "plain").equals("json");
        Map<String, String> fields = fields(section);
        if (!fields.isEmpty() && !json) {
            throw section.wrong("format", "text where log.type is plain", List.of());
        }
        Section loggers = section.section("loggers");
        Map<String, String> levels = new LinkedHashMap<>();
        loggers.keys().forEach(name -> levels.put(name, level(loggers, name)));
        return new LogSection(
                json,
                level(section, "level"),
                oneOf(section, "traceback_level", List.of("ERROR", "DEBUG"), "ERROR"),
                fields.isEmpty() ? section.text("format").orElse(DEFAULT_FORMAT) : DEFAULT_FORMAT,
                fields,
                section.text("dateformat"),
                section.section("static_fields").values(),
                section.number("max_queue_size", 1).orElse(DEFAULT_QUEUE),
                dir(section),
                section.number("mode", 0).map(mode -> mode & ALL_PERMISSIONS),
                section.number("file_num", 0).orElse(DEFAULT_FILES),
                section.number("file_size", 0).orElse(DEFAULT_FILE_SIZE),
                levels);
    }

    private static String level(Section section, String key) {
        return oneOf(section, key, LEVELS, "INFO");
    }

    private static String oneOf(Section section, String key, List<String> words, String otherwise) {
        String text = section.text(key).orElse(otherwise);
        return words.stream()
                .filter(word -> word.equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> section.wrong(key, people(words), text));
    }

    private static String people(List<String> words) {
        int last = words.size() - 1;
        return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    /** Items are names of fields, or pairs of such a name and another that it is to have. */
    private static Map<String, String> fields(Section section) {
        if (!(section.values().get("format") instanceof List<?> list)) {
            return Map.of();
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (Object item : list) {
            if (item instanceof Map<?, ?> names) {
                names.forEach((field, name) -> fields.put(String.valueOf(field), String.valueOf(name)));
            } else if (item instanceof String field) {
                fields.put(field, field);
            } else {
                throw section.wrong("format", "a list of names, or of pairs of names", new ArrayList<>(list));
            }
        }
        if (fields.isEmpty()) {
            throw section.wrong("format", "text, or a list of at least one name", List.of());
        }
        return fields;
    }

    private static Optional<Path> dir(Section section) {
        try {
            return section.text("dir").map(Path::of);
        } catch (InvalidPathException impossible) {
            throw section.wrong("dir", "a path", String.valueOf(section.values().get("dir")));
        }
    }

    /** Whether stack traces are written. */
    public boolean withTraces() {
        return tracebackLevel.equals("ERROR") || level.equals("DEBUG");
    }
}
