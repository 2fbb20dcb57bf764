package dev.regent.agent.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads a YAML file, or all YAML files of a directory, with the environment laid over it. */
public final class ConfigFile {
    /** Hold a whole configuration as text, for containers without files. */
    private static final List<String> WHOLE_CONFIGURATION = List.of("REGENT_CONFIGURATION", "PATRONI_CONFIGURATION");

    private ConfigFile() {}

    /**
     * The configuration of a file or directory, or, without one, of the environment alone. What cannot be read is an
     * {@link IllegalArgumentException} for people.
     */
    public static Section read(Optional<Path> path, Map<String, String> environment) {
        boolean present = path.filter(Files::exists).isPresent();
        Optional<String> whole = WHOLE_CONFIGURATION.stream()
                .filter(name -> !environment.getOrDefault(name, "").isEmpty())
                .findFirst();
        if (!present && whole.isPresent()) {
            return section(whole.get(), document(whole.get(), environment.getOrDefault(whole.get(), "")));
        }
        Document settings = Environment.settings(environment);
        if (path.isPresent() && !present && settings.values().isEmpty()) {
            throw new IllegalArgumentException(path.get()
                    + ": there is no such file: give the path of a YAML file, or of a directory with YAML files");
        }
        Document document = present ? files(path.orElseThrow()) : Document.empty();
        Environment.dropLoginsWithoutStore(settings, document);
        document.lay(settings);
        return section(source(path, present), document);
    }

    private static String source(Optional<Path> path, boolean present) {
        if (path.isEmpty()) {
            return "the environment";
        }
        return present ? path.get().toString() : "the environment (there is no " + path.get() + ")";
    }

    static Section section(String source, Document document) {
        OldLayouts.modernize(document);
        return Section.root(source, document);
    }

    private static Document files(Path path) {
        if (!Files.isDirectory(path)) {
            return document(path.toString(), text(path));
        }
        List<Path> files = yamlFiles(path);
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    path + ": expected files that end in .yml or .yaml in this directory, found none");
        }
        Document merged = Document.empty();
        files.forEach(file -> merged.lay(document(file.toString(), text(file))));
        return merged;
    }

    private static List<Path> yamlFiles(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw unreadable(directory, unreadable);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (MalformedInputException binary) {
            throw new IllegalArgumentException(
                    file + ": expected a YAML file, found bytes that are not UTF-8 text", binary);
        } catch (IOException unreadable) {
            throw unreadable(file, unreadable);
        }
    }

    private static IllegalArgumentException unreadable(Path path, IOException why) {
        String reason = why instanceof AccessDeniedException ? "permission denied" : String.valueOf(why.getMessage());
        return new IllegalArgumentException(
                path + ": cannot be read by user " + System.getProperty("user.name") + ": " + reason, why);
    }

    /** Lays the patch over the target: maps merge, null removes, everything else replaces. */
    public static void merge(Map<String, Object> target, Map<String, Object> patch) {
        Document.merge(target, patch);
    }

    /** A document, which must be a mapping; the source is named where it is not. */
    public static Map<String, Object> parse(String source, String text) {
        return document(source, text).values();
    }

    static Document document(String source, String text) {
        return YamlText.read(source, text);
    }
}
