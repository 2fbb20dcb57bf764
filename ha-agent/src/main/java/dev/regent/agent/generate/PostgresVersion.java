package dev.regent.agent.generate;

import dev.regent.agent.config.Programs;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The major version of the PostgreSQL that a configuration is written for. */
final class PostgresVersion {
    private static final Pattern NUMBER = Pattern.compile("PostgreSQL\\)\\s+(\\d+)");

    private PostgresVersion() {}

    static int find(Map<String, Object> said) throws IOException {
        String directory = said.get("postgresql") instanceof Map<?, ?> section && section.get("bin_dir") != null
                ? String.valueOf(section.get("bin_dir"))
                : "";
        String program = Programs.find(directory, "postgres")
                .orElseThrow(() -> new IOException("Failed to get postgres version: expected the program postgres "
                        + (directory.isEmpty() ? "on the PATH" : "in " + directory)
                        + ", found none: name its directory in PATRONI_POSTGRESQL_BIN_DIR"))
                .toString();
        String output = Programs.output(program, "--version")
                .orElseThrow(() ->
                        new IOException("Failed to get postgres version: \"" + program + " --version\" has failed"));
        Matcher number = NUMBER.matcher(output);
        if (!number.find()) {
            throw new IOException("Failed to get postgres version: expected \"postgres (PostgreSQL) 17.1\", found \""
                    + output.strip() + "\"");
        }
        return Integer.parseInt(number.group(1));
    }
}
