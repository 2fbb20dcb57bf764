package dev.regent.agent.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads a YAML file, or all YAML files of a directory, with the environment laid over it. */
public final class ConfigFile {
    /** Holds a whole configuration as text, for containers without files. */
    private static final String WHOLE_CONFIGURATION = "PATRONI_CONFIGURATION";

    private ConfigFile() {}

    /**
     * The configuration of a file or directory, or, without one, of the environment alone. What cannot be read is an
     * {@link IllegalArgumentException} for people.
     */
    public static Section read(Optional<Path> path, Map<String, String> environment) {
        String whole = environment.getOrDefault(WHOLE_CONFIGURATION, "");
        if (path.isEmpty() && !whole.isEmpty()) {
            return Section.root(WHOLE_CONFIGURATION, parse(WHOLE_CONFIGURATION, whole));
        }
        String source = path.map(Path::toString).orElse("the environment");
        Map<String, Object> values = path.map(ConfigFile::files).orElseGet(LinkedHashMap::new);
        merge(values, Environment.settings(environment));
        return Section.root(source, values);
    }

    private static Map<String, Object> files(Path path) {
        if (!Files.exists(path)) {
            throw new IllegalArgumentException(
                    path + ": there is no such file: give the path of a YAML file, or of a directory with YAML files");
        }
        if (!Files.isDirectory(path)) {
            return parse(path.toString(), text(path));
        }
        Map<String, Object> merged = new LinkedHashMap<>();
        List<Path> files = yamlFiles(path);
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    path + ": expected files that end in .yml or .yaml in this directory, found none");
        }
        files.forEach(file -> merge(merged, parse(file.toString(), text(file))));
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

    /** A document, which must be a mapping; the source is named where it is not. */
    public static Map<String, Object> parse(String source, String text) {
        Object document;
        try {
            document = yaml().load(text);
        } catch (MarkedYAMLException notYaml) {
            throw new IllegalArgumentException(
                    source + place(notYaml) + ": this is not YAML: " + problem(notYaml), notYaml);
        } catch (YAMLException notYaml) {
            throw new IllegalArgumentException(source + ": this is not YAML: " + notYaml.getMessage(), notYaml);
        }
        if (document instanceof Map<?, ?> map) {
            return Section.withTextKeys(map);
        }
        throw new IllegalArgumentException(source + ": expected a mapping with lines such as \"scope: demo\", found "
                + (document == null ? "an empty file" : Section.kindOf(document)));
    }

    private static String place(MarkedYAMLException error) {
        Mark mark = error.getProblemMark();
        return mark == null ? "" : ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
    }

    private static String problem(MarkedYAMLException error) {
        String context = error.getContext() == null ? "" : error.getContext() + ", ";
        return context + error.getProblem();
    }

    /** As existing files are meant: YAML 1.1, nothing is executed, and what looks like a date stays text. */
    static Yaml yaml() {
        LoaderOptions options = new LoaderOptions();
        DumperOptions unused = new DumperOptions();
        return new Yaml(new SafeConstructor(options), new Representer(unused), unused, options, new WithoutDates());
    }

    private static final class WithoutDates extends Resolver {
        @Override
        public void addImplicitResolver(Tag tag, Pattern pattern, String first, int limit) {
            if (!tag.equals(Tag.TIMESTAMP)) {
                super.addImplicitResolver(tag, pattern, first, limit);
            }
        }
    }

    /** Lays the patch over the target: maps merge, null removes, everything else replaces. */
    static void merge(Map<String, Object> target, Map<String, Object> patch) {
        patch.forEach((key, value) -> {
            if (value == null) {
                target.remove(key);
            } else if (value instanceof Map<?, ?> changes && target.get(key) instanceof Map<?, ?> present) {
                Map<String, Object> merged = Section.withTextKeys(present);
                merge(merged, Section.withTextKeys(changes));
                target.put(key, merged);
            } else {
                target.put(key, value);
            }
        });
    }
}
