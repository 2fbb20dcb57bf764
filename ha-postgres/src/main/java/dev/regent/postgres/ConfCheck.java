package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks PostgreSQL's own parser which parameters it would not take, before a file with them is put in place. */
final class ConfCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ConfCheck.class);

    /** Two are enough; more mean that the parser reports one at a time. */
    private static final int MOST_ROUNDS = 10;

    private static final Pattern NAMED = Pattern.compile("parameter \"([^\"]+)\"");

    private final PostgresSettings settings;
    private final Tool tool;
    private final OsUser owner;

    ConfCheck(PostgresSettings settings, Tool tool, OsUser owner) {
        this.settings = settings;
        this.tool = tool;
        this.owner = owner;
    }

    /** The names of those parameters that must be left out; each is warned of. */
    Set<String> refusedOf(Map<String, String> parameters, Path include)
            throws DatabaseException, InterruptedException, IOException {
        Map<String, String> rest = new TreeMap<>(parameters);
        Set<String> refused = new TreeSet<>();
        // Unknown names are found first, wrong values only when there are none of those
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Set<String> found = refusedNow(rest, include);
            if (found.isEmpty()) {
                return refused;
            }
            refused.addAll(found);
            rest.keySet().removeAll(found);
        }
        return refused;
    }

    private Set<String> refusedNow(Map<String, String> parameters, Path include)
            throws DatabaseException, InterruptedException, IOException {
        Path draft = settings.workDir().resolve("postgresql.conf.draft");
        SafeFiles.replace(draft, ConfText.render(include.toString(), parameters, Map.of(), Map.of()), owner);
        try {
            // Any parameter does: the whole file is read before one is printed
            Tool.Result result = tool.run(
                    List.of(
                            tool.program("postgres"),
                            "-D",
                            settings.dataDir().toString(),
                            "-C",
                            "data_directory",
                            "--config-file=" + draft),
                    Map.of("LC_ALL", "C"));
            return result.isSuccess() ? Set.of() : named(result.output(), parameters);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static Set<String> named(String output, Map<String, String> parameters) {
        Set<String> refused = new TreeSet<>();
        output.lines().forEach(line -> {
            Matcher matcher = NAMED.matcher(line);
            if (matcher.find() && parameters.containsKey(matcher.group(1))) {
                LOG.warn("A postgresql parameter is left out, correct the configuration: {}", line.strip());
                refused.add(matcher.group(1));
            }
        });
        return refused;
    }
}
