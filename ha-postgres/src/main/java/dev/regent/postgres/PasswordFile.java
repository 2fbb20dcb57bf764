package dev.regent.postgres;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.Upstream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A file from which libpq takes the password for one server, so that none is on a command line or in a configuration. */
final class PasswordFile {
    private PasswordFile() {}

    /** Replaces the file; the path when there is a password, otherwise nothing is written. */
    static Optional<Path> write(Path path, Upstream upstream, Credentials credentials, OsUser owner)
            throws IOException {
        if (!credentials.hasPassword()) {
            return Optional.empty();
        }
        StringBuilder content = new StringBuilder();
        for (Address address : upstream.addresses()) {
            content.append(content(address.host(), String.valueOf(address.port()), credentials));
        }
        SafeFiles.replace(path, content.toString(), owner);
        return Optional.of(path);
    }

    /** A line for each host of a list; empty host and port stand for any. */
    static String content(String hosts, String port, Credentials credentials) throws IOException {
        StringBuilder lines = new StringBuilder();
        boolean socketOnly = hosts.startsWith("/");
        for (String host : hosts.split(",", -1)) {
            appendLine(lines, host, port, credentials);
        }
        if (socketOnly && !java.util.List.of(hosts.split(",", -1)).contains("localhost")) {
            appendLine(lines, "localhost", port, credentials);
        }
        return lines.toString();
    }

    private static void appendLine(StringBuilder lines, String host, String port, Credentials credentials)
            throws IOException {
        lines.append(field(host))
                .append(':')
                .append(field(port))
                .append(":*:")
                .append(field(credentials.username()))
                .append(':')
                .append(escaped(credentials.password().orElse("")))
                .append('\n');
    }

    private static String field(String value) {
        return value.isEmpty() ? "*" : escaped(value);
    }

    private static String escaped(String value) {
        return value.replaceAll("([:\\\\])", "\\\\$1");
    }
}
