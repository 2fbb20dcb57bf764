package dev.regent.ctl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regent.agent.config.ConfigFile;
import dev.regent.ha.spi.Entries.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Changes the cluster-wide configuration in the store: shows what changes, asks, and writes if nobody else did. */
final class ConfigChange {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STANDARD_INPUT = "-";

    /** What a user said on the command line. */
    record Wish(
            Optional<String> replacing,
            Optional<String> applied,
            List<String> settings,
            List<String> parameters,
            boolean quiet,
            boolean force) {

        boolean isForTheEditor() {
            return replacing.isEmpty() && applied.isEmpty() && settings.isEmpty() && parameters.isEmpty();
        }

        boolean readsStandardInput() {
            return replacing.filter(STANDARD_INPUT::equals).isPresent()
                    || applied.filter(STANDARD_INPUT::equals).isPresent();
        }
    }

    private final Cluster cluster;
    private final Terminal terminal;

    ConfigChange(Cluster cluster, Terminal terminal) {
        this.cluster = cluster;
        this.terminal = terminal;
    }

    boolean run(Wish wish) throws InterruptedException {
        Entry entry = cluster.config()
                .orElseThrow(
                        () -> new CommandFailure("The config key does not exist in the cluster " + cluster.name()));
        Map<String, Object> before = parsed(entry.value());
        String textBefore = YamlText.block(before);
        Map<String, Object> after =
                wish.isForTheEditor() ? ConfigFile.parse("the edited text", edited(textBefore)) : changed(before, wish);
        String textAfter = YamlText.block(after);
        if (sorted(before).equals(sorted(after))) {
            if (!wish.quiet()) {
                terminal.line("Not changed");
            }
            return true;
        }
        if (!wish.quiet()) {
            terminal.page(UnifiedDiff.of(textBefore, textAfter));
        }
        if (wish.readsStandardInput() && !wish.force()) {
            terminal.line("Use --force option to apply changes");
            return true;
        }
        if (!wish.force() && !terminal.confirm("Apply these changes?")) {
            return true;
        }
        if (!cluster.replaceConfig(json(after), entry)) {
            throw new CommandFailure("Config modification aborted due to concurrent changes");
        }
        terminal.line("Configuration changed");
        return true;
    }

    private static Object sorted(Map<String, Object> values) {
        return YamlText.block(new TreeMap<>(values));
    }

    private static Map<String, Object> parsed(String json) {
        try {
            @SuppressWarnings("unchecked")
            Map<String, Object> values = JSON.readValue(json, LinkedHashMap.class);
            return values;
        } catch (JsonProcessingException broken) {
            throw new CommandFailure("expected the configuration in the store to be JSON, found " + json, broken);
        }
    }

    private static String json(Map<String, Object> values) {
        try {
            return JSON.writeValueAsString(values);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("what was read as YAML can be written as JSON", impossible);
        }
    }

    private Map<String, Object> changed(Map<String, Object> before, Wish wish) {
        Map<String, Object> after = wish.replacing().isPresent() ? new LinkedHashMap<>() : parsed(json(before));
        wish.replacing().ifPresent(file -> ConfigPatch.merge(after, yaml(file)));
        wish.applied().ifPresent(file -> ConfigPatch.merge(after, yaml(file)));
        wish.settings().forEach(setting -> ConfigPatch.set(after, setting, ""));
        wish.parameters().forEach(setting -> ConfigPatch.set(after, setting, ConfigPatch.PARAMETERS));
        return after;
    }

    private Map<String, Object> yaml(String file) {
        if (file.equals(STANDARD_INPUT)) {
            return ConfigFile.parse("the standard input", terminal.readAll());
        }
        try {
            return ConfigFile.parse(file, Files.readString(Path.of(file)));
        } catch (IOException unreadable) {
            throw new CommandFailure(
                    "expected the YAML file " + file + ", which cannot be read: " + unreadable, unreadable);
        }
    }

    private String edited(String text) throws InterruptedException {
        try {
            Path file = Files.createTempFile(cluster.name().replace('/', '_') + "-config-", ".yaml");
            try {
                Files.writeString(file, text, StandardCharsets.UTF_8);
                terminal.edit(file);
                return Files.readString(file, StandardCharsets.UTF_8);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException impossible) {
            throw new CommandFailure("the configuration cannot be edited: " + impossible, impossible);
        }
    }
}
