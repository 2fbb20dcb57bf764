package dev.regent.postgres;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.Upstream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A connection string as libpq takes it, in the order of keys that other members write too. Never holds a password: that
 * is in a {@link PasswordFile}. Immutable.
 */
record ConnectionString(Map<String, String> values) {
    private static final int GSSENCMODE = 12;
    private static final int CHANNEL_BINDING = 13;
    private static final int SSLCRLDIR = 14;
    private static final int SSLNEGOTIATION = 17;
    private static final int POSTGRES_PORT = 5432;

    /** All keys that are written, in order, with the first major version that knows them. */
    private static final Map<String, Integer> KEYS = new LinkedHashMap<>();

    static {
        for (String key : List.of(
                "dbname",
                "user",
                "passfile",
                "host",
                "port",
                "sslmode",
                "sslcompression",
                "sslcert",
                "sslkey",
                "sslpassword",
                "sslrootcert",
                "sslcrl",
                "sslcrldir",
                "application_name",
                "krbsrvname",
                "gssencmode",
                "channel_binding",
                "target_session_attrs",
                "sslnegotiation")) {
            KEYS.put(key, firstVersion(key));
        }
    }

    ConnectionString {
        values = Map.copyOf(values);
    }

    /** What a standby of the given major version writes into {@code primary_conninfo}. */
    static ConnectionString primaryConninfo(
            int majorVersion,
            Upstream upstream,
            String database,
            Credentials replication,
            Optional<Path> passfile,
            String applicationName,
            boolean readWrite) {
        Map<String, String> values = new HashMap<>(Map.of(
                "sslmode", "prefer",
                "gssencmode", "prefer",
                "channel_binding", "prefer",
                "sslnegotiation", "postgres",
                "application_name", applicationName));
        values.putAll(login(upstream, database, replication));
        passfile.ifPresent(path -> values.put("passfile", path.toString()));
        if (readWrite) {
            values.put("target_session_attrs", "read-write");
        }
        return new ConnectionString(known(values, majorVersion));
    }

    /** For tools, of the given major version or one that is not known, that get the password by a file in their environment. */
    static ConnectionString forTool(
            int majorVersion, Upstream upstream, String database, Credentials credentials, boolean readWrite) {
        Map<String, String> values = login(upstream, database, credentials);
        if (readWrite) {
            values.put("target_session_attrs", "read-write");
        }
        return new ConnectionString(known(values, majorVersion > 0 ? majorVersion : SSLNEGOTIATION));
    }

    /** For whoever is to reach a server of this host by its socket, without a password. */
    static ConnectionString local(Path sockets, int port, String database, Credentials user) {
        return new ConnectionString(Map.of(
                "dbname", database,
                "user", user.username(),
                "host", sockets.toString(),
                "port", String.valueOf(port)));
    }

    private static Map<String, String> login(Upstream upstream, String database, Credentials credentials) {
        Map<String, String> values = new HashMap<>(credentials.options());
        values.put("dbname", database);
        values.put("user", credentials.username());
        values.put("host", list(upstream.addresses().stream().map(Address::host)));
        Stream<String> ports = upstream.addresses().stream().map(address -> String.valueOf(address.port()));
        values.put("port", list(upstream.hasOnePort() ? ports.limit(1) : ports));
        return values;
    }

    private static String list(Stream<String> values) {
        return values.collect(Collectors.joining(","));
    }

    private static Map<String, String> known(Map<String, String> values, int majorVersion) {
        return values.entrySet().stream()
                .filter(entry -> KEYS.getOrDefault(entry.getKey(), Integer.MAX_VALUE) <= majorVersion)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The addresses in a connection string that may be anybody's, as long as it names a host. */
    static List<Address> addressesIn(String text) {
        Map<String, String> values = parse(text);
        return Address.listOf(values.getOrDefault("host", ""), values.getOrDefault("port", ""), POSTGRES_PORT);
    }

    /** Splits {@code key=value} pairs, with quotes and backslashes as libpq reads them. */
    static Map<String, String> parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        int at = 0;
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                return values;
            }
            String key = text.substring(at, equals).strip();
            StringBuilder value = new StringBuilder();
            at = readValue(text, equals + 1, value);
            values.put(key, value.toString());
        }
        return values;
    }

    private static int readValue(String text, int from, StringBuilder value) {
        int at = from;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        boolean quoted = at < text.length() && text.charAt(at) == '\'';
        char end = quoted ? '\'' : ' ';
        at = quoted ? at + 1 : at;
        while (at < text.length() && text.charAt(at) != end) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            value.append(text.charAt(at++));
        }
        return at + 1;
    }

    @Override
    public String toString() {
        return KEYS.keySet().stream()
                .filter(values::containsKey)
                .map(key -> key + "=" + escaped(values.getOrDefault(key, "")))
                .collect(Collectors.joining(" "));
    }

    private static String escaped(String value) {
        return value.replaceAll("(['\\\\ ])", "\\\\$1");
    }

    private static int firstVersion(String key) {
        return switch (key) {
            case "gssencmode" -> GSSENCMODE;
            case "channel_binding", "sslpassword" -> CHANNEL_BINDING;
            case "sslcrldir" -> SSLCRLDIR;
            case "sslnegotiation" -> SSLNEGOTIATION;
            default -> 0;
        };
    }
}
