package dev.regent.agent.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regent.agent.config.LogSection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;

/** A record as a line with a JSON object. Thread-safe. */
final class JsonLine extends LayoutBase<ILoggingEvent> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> names;
    private final Map<String, Object> staticFields;
    private final Fields fields;
    private final boolean withTraces;

    JsonLine(LogSection settings) {
        this.names = settings.fields().isEmpty() ? namesIn(settings.format()) : settings.fields();
        this.staticFields = settings.staticFields();
        this.fields = new Fields(settings.dateFormat());
        this.withTraces = settings.withTraces();
    }

    private static Map<String, String> namesIn(String format) {
        Map<String, String> names = new LinkedHashMap<>();
        Matcher placeholder = TextLine.PLACEHOLDER.matcher(format);
        while (placeholder.find()) {
            String name = placeholder.group("name");
            if (name != null) {
                names.put(name, name);
            }
        }
        return names;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        Map<String, Object> object = new LinkedHashMap<>();
        names.forEach((field, name) -> object.put(name, fields.of(field, event).orElse("")));
        if (event.getThrowableProxy() != null) {
            object.put(
                    "exc_info",
                    withTraces
                            ? ThrowableProxyUtil.asString(event.getThrowableProxy())
                                    .stripTrailing()
                            : event.getThrowableProxy().getClassName() + ": "
                                    + event.getThrowableProxy().getMessage());
        }
        object.putAll(staticFields);
        try {
            return JSON.writeValueAsString(object) + "\n";
        } catch (JsonProcessingException impossible) {
            return "{\"message\": \"a record could not be written as JSON\"}\n";
        }
    }
}
