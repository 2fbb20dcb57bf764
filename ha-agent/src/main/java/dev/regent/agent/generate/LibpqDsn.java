package dev.regent.agent.generate;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How to log in to a server, as libpq is told it: {@code host=a user=b}, a URL, or {@code PG…} variables. Immutable. */
final class LibpqDsn {
    private static final Pattern PAIR = Pattern.compile("\\s*(\\w+)\\s*=\\s*(?:'((?:[^'\\\\]|\\\\.)*)'|(\\S*))\\s*");
    private static final Map<String, String> VARIABLES = Map.of(
            "PGHOST", "host",
            "PGPORT", "port",
            "PGUSER", "user",
            "PGPASSWORD", "password",
            "PGDATABASE", "dbname",
            "PGSSLMODE", "sslmode",
            "PGSSLCERT", "sslcert",
            "PGSSLKEY", "sslkey",
            "PGSSLROOTCERT", "sslrootcert");
    private static final List<String> OPTIONS =
            List.of("sslmode", "sslcert", "sslkey", "sslrootcert", "channel_binding");

    private final Map<String, String> values;

    private LibpqDsn(Map<String, String> values) {
        this.values = values;
    }

    static LibpqDsn parse(String dsn, Map<String, String> environment) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        VARIABLES.forEach((variable, key) -> {
            String value = environment.getOrDefault(variable, "");
            if (!value.isEmpty()) {
                values.put(key, value);
            }
        });
        values.putAll(dsn.startsWith("postgres://") || dsn.startsWith("postgresql://") ? url(dsn) : pairs(dsn));
        return new LibpqDsn(values);
    }

    private static Map<String, String> pairs(String dsn) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        Matcher pair = PAIR.matcher(dsn);
        int end = 0;
        while (end < dsn.length() && pair.find(end) && pair.start() == end) {
            String quoted = pair.group(2);
            values.put(pair.group(1), quoted == null ? pair.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
            end = pair.end();
        }
        if (end < dsn.length()) {
            throw new IOException("Failed to parse DSN string");
        }
        return values;
    }

    private static Map<String, String> url(String dsn) throws IOException {
        try {
            URI uri = URI.create(dsn);
            Map<String, String> values = new LinkedHashMap<>();
            put(values, "host", uri.getHost());
            put(values, "port", uri.getPort() < 0 ? null : String.valueOf(uri.getPort()));
            put(values, "dbname", uri.getPath() == null ? null : uri.getPath().replaceFirst("^/", ""));
            String login = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
            put(values, "user", decoded(login.replaceFirst(":.*", "")));
            put(values, "password", login.contains(":") ? decoded(login.replaceFirst("[^:]*:", "")) : null);
            for (String pair : (uri.getRawQuery() == null ? "" : uri.getRawQuery()).split("&", -1)) {
                put(values, pair.replaceFirst("=.*", ""), decoded(pair.replaceFirst("[^=]*=", "")));
            }
            return values;
        } catch (IllegalArgumentException notAUrl) {
            throw new IOException("Failed to parse DSN string", notAUrl);
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static void put(Map<String, String> values, String key, @Nullable String value) {
        if (value != null && !value.isEmpty() && !key.isEmpty()) {
            values.put(key, value);
        }
    }

    String user() {
        return values.getOrDefault("user", System.getProperty("user.name", "postgres"));
    }

    Optional<String> password() {
        return Optional.ofNullable(values.get("password"));
    }

    Optional<String> port() {
        return Optional.ofNullable(values.get("port"));
    }

    /** What else a configuration has for a user. */
    Map<String, String> options() {
        Map<String, String> options = new TreeMap<>(values);
        options.keySet().retainAll(OPTIONS);
        return options;
    }

    /** By TCP also where libpq would take a socket of this host. */
    String jdbcUrl() {
        String host = values.getOrDefault("host", "");
        boolean local = host.isEmpty() || host.startsWith("/");
        return "jdbc:postgresql://" + (local ? "localhost" : host) + ":" + values.getOrDefault("port", "5432") + "/"
                + values.getOrDefault("dbname", "postgres");
    }
}
