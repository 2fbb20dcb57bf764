package dev.regent.rest;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Writes metrics in the text format of Prometheus, each with the labels that say of which node it is. Used by one thread. */
final class MetricsText {
    private final StringBuilder text = new StringBuilder();
    private final String node;
    private String metric = "";

    MetricsText(String scope, String name) {
        node = "scope=\"" + scope + "\",name=\"" + name + "\"";
    }

    /** Begins a metric; its values follow. */
    MetricsText metric(String name, String type, String help) {
        return metric(name, type, help, "");
    }

    /** The remark is a line of its own, for people. */
    MetricsText metric(String name, String type, String help, String remark) {
        metric = name;
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        if (!remark.isEmpty()) {
            text.append("# ").append(remark).append('\n');
        }
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    MetricsText value(String value) {
        return sample("", "", value);
    }

    MetricsText value(long value) {
        return value(Long.toString(value));
    }

    MetricsText value(boolean value) {
        return value(value ? "1" : "0");
    }

    MetricsText seconds(double value) {
        return value(number(value));
    }

    /** A value of the metric, or of a part of it as {@code _sum}, with one more label, {@code reason="LEADING"}. */
    MetricsText sample(String suffix, String label, String value) {
        text.append(metric).append(suffix).append('{').append(node);
        if (!label.isEmpty()) {
            text.append(',').append(label);
        }
        text.append("} ").append(value).append('\n');
        return this;
    }

    static String label(String name, String value) {
        return name + "=\""
                + value.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .toLowerCase(Locale.ROOT) + "\"";
    }

    static String number(double value) {
        return new BigDecimal(value, MathContext.DECIMAL32).stripTrailingZeros().toPlainString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
