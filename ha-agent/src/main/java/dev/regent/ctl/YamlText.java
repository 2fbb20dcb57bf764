package dev.regent.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.Yaml;

/** Values as YAML, keys in order, in the form that existing scripts parse. */
final class YamlText {
    private static final int LINE_WIDTH = 200;

    private YamlText() {}

    /** One key or item a line. */
    static String block(Object value) {
        return dump(value, FlowStyle.BLOCK);
    }

    /** All in one line. */
    static String flow(Object value) {
        return dump(value, FlowStyle.FLOW).strip();
    }

    private static String dump(Object value, FlowStyle style) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(style);
        options.setWidth(LINE_WIDTH);
        options.setAllowUnicode(true);
        return new Yaml(options).dump(sorted(value));
    }

    private static Object sorted(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, entry) -> sorted.put(String.valueOf(key), entry == null ? null : sorted(entry)));
            return sorted;
        }
        if (value instanceof List<?> list) {
            List<Object> items = new ArrayList<>();
            list.forEach(item -> items.add(item == null ? null : sorted(item)));
            return items;
        }
        return value;
    }
}
