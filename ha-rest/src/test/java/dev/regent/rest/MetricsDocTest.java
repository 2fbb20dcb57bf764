package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsDocTest {
    private static final Pattern TOLD = Pattern.compile("`(regent_\\w+)`(?=[^|]*\\|[^|]*\\|\\n)");
    private static final Pattern SHOWN = Pattern.compile("# TYPE (regent_\\w+) ");

    @Test
    void theDocumentTellsOfEveryMetricAndOfNoOther() throws Exception {
        try (Chronicle chronicle = new Chronicle();
                Api api = new Api(new FakeNode("pg-b"), builder -> builder.chronicle(chronicle))) {
            Set<String> shown = all(SHOWN, api.get("/metrics").body());

            assertThat(all(TOLD, Files.readString(Path.of("../docs/metrics.md"))))
                    .isEqualTo(shown);
        }
    }

    private static Set<String> all(Pattern pattern, String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
