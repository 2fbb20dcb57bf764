package dev.regent.agent.config;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Values as a program in Python prints them, which is what people compare with. */
final class PythonText {
    private PythonText() {}

    static String of(Object value) {
        return value instanceof String text ? text : inside(value);
    }

    private static String inside(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> inside(entry.getKey()) + ": " + inside(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(PythonText::inside).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Boolean flag) {
            return flag ? "True" : "False";
        }
        return value instanceof String text ? "'" + text + "'" : value == null ? "None" : value.toString();
    }
}
