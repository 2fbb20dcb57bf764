package dev.regent.agent.generate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** A configuration as text: sections in a given order with an empty line between them, keys in them sorted. */
public final class YamlDocument {
    private static final int INDENT = 2;
    private static final int WIDTH = 10_000;

    /** Stands first under {@code bootstrap.dcs}, whatever the alphabet says. */
    private static final List<String> TIMINGS = List.of("loop_wait", "retry_timeout", "ttl");

    private static final String BOOTSTRAP_COMMENT = """
            # The bootstrap configuration. It is used only once, when the cluster does not exist yet:
            # later changes are made with "regentctl edit-config". What stands under dcs becomes the
            # configuration of the whole cluster.
            """;

    private final List<String> blocks = new ArrayList<>();

    private YamlDocument() {}

    /** All keys in alphabetical order, as one block. */
    public static YamlDocument sorted(Map<String, Object> values) {
        YamlDocument document = new YamlDocument();
        document.blocks.add(dump(sortedMap(values)));
        return document;
    }

    /** The sections in the order of the map. */
    static YamlDocument of(Map<String, Object> sections) {
        YamlDocument document = new YamlDocument();
        StringBuilder plain = new StringBuilder();
        sections.forEach((name, value) -> {
            if (value instanceof Map<?, ?> map) {
                String comment = name.equals("bootstrap") ? BOOTSTRAP_COMMENT : "";
                document.blocks.add(
                        comment + dump(Map.of(name, name.equals("bootstrap") ? bootstrap(map) : sortedMap(map))));
            } else {
                plain.append(dump(Map.of(name, value)));
            }
        });
        document.blocks.add(0, plain.toString());
        return document;
    }

    private static Map<String, Object> bootstrap(Map<?, ?> section) {
        Map<String, Object> sorted = sortedMap(section);
        if (sorted.get("dcs") instanceof Map<?, ?> dcs) {
            Map<String, Object> ordered = new LinkedHashMap<>();
            TIMINGS.forEach(name -> ordered.put(name, dcs.get(name)));
            sortedMap(dcs).forEach(ordered::putIfAbsent);
            sorted.put("dcs", ordered);
        }
        return sorted;
    }

    private static Map<String, Object> sortedMap(Map<?, ?> map) {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> {
            @Nullable Object copy = value instanceof Map<?, ?> below ? sortedMap(below) : value;
            if (copy != null) {
                sorted.put(String.valueOf(key), copy);
            }
        });
        return sorted;
    }

    private static String dump(Map<String, Object> values) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setIndent(INDENT);
        options.setWidth(WIDTH);
        options.setSplitLines(false);
        return new Yaml(options).dump(values);
    }

    /** Without a line feed at the end. */
    public String text() {
        return String.join("\n", blocks).stripTrailing();
    }
}
