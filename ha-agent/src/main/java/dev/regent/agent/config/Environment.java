package dev.regent.agent.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings in {@code PATRONI_…} variables, in the shape of the configuration file that they are laid over. The same
 * names with {@code REGENT_} in front count more.
 */
final class Environment {
    private static final String PREFIX = "PATRONI_";
    private static final String OWN_PREFIX = "REGENT_";

    /**
     * Variables whose name after the prefix is not the path with underscores. Some have a newer name, which counts more because
     * it comes later in the alphabet.
     */
    private static final Map<String, String> IRREGULAR = Map.ofEntries(
            Map.entry("LOGLEVEL", "log.level"),
            Map.entry("LOGFORMAT", "log.format"),
            Map.entry("LOG_DATEFMT", "log.dateformat"),
            Map.entry("RESTAPI_USERNAME", "restapi.authentication.username"),
            Map.entry("RESTAPI_PASSWORD", "restapi.authentication.password"),
            Map.entry("CTL_USERNAME", "ctl.authentication.username"),
            Map.entry("CTL_PASSWORD", "ctl.authentication.password"),
            Map.entry("POSTGRESQL_BIN_DIR", "postgresql.bin_dir"),
            Map.entry("POSTGRESQL_BIN_IS_READY", "postgresql.bin_name.pg_isready"),
            Map.entry("RETRIABLE_HTTP_CODES", "kubernetes.retriable_http_codes"));

    /** Of no section; what they are for is read elsewhere, or nowhere. */
    private static final Set<String> NO_SETTINGS = Set.of("CONFIGURATION", "VERSION");

    private static final Set<String> USERS = Set.of("SUPERUSER", "REPLICATION", "REWIND");
    private static final String BIN_NAME = "POSTGRESQL_BIN_";
    private static final List<String> STORES_WITH_LOGIN = List.of("etcd", "etcd3");
    private static final Set<String> LOGIN = Set.of("username", "password");

    private Environment() {}

    static Document settings(Map<String, String> environment) {
        Document settings = Document.empty();
        Map<String, String> sorted = new TreeMap<>(environment);
        sorted.forEach((variable, value) -> read(settings, PREFIX, variable, value));
        sorted.forEach((variable, value) -> read(settings, OWN_PREFIX, variable, value));
        return settings;
    }

    private static void read(Document settings, String prefix, String variable, String text) {
        if (!variable.startsWith(prefix) || text.isEmpty()) {
            return;
        }
        String name = variable.substring(prefix.length());
        Optional<String> path = path(name).filter(KnownKeys::isKnown);
        if (path.isEmpty()) {
            if (prefix.equals(PREFIX) && !NO_SETTINGS.contains(name)) {
                settings.warn("the environment variable " + variable + " is unknown and has no effect"
                        + nearest(name)
                                .map(near -> ": did you mean " + near + "?")
                                .orElse(""));
            }
            return;
        }
        value(settings, variable, path.get(), text).ifPresent(value -> put(settings, path.get(), variable, value));
    }

    private static Optional<String> path(String name) {
        if (IRREGULAR.containsKey(name)) {
            return Optional.ofNullable(IRREGULAR.get(name));
        }
        String key = name.toLowerCase(Locale.ROOT);
        if (name.startsWith(BIN_NAME)) {
            return Optional.of("postgresql.bin_name." + key.substring(BIN_NAME.length()));
        }
        if (Schema.kind(key).isPresent()) {
            return Optional.of(key);
        }
        int end = name.indexOf('_');
        if (end < 0) {
            return Optional.empty();
        }
        String rest = key.substring(0, end) + "." + key.substring(end + 1);
        return Optional.of(USERS.contains(name.substring(0, end)) ? "postgresql.authentication." + rest : rest)
                .filter(path -> Schema.kind(path).isPresent());
    }

    private static Optional<String> nearest(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        List<String> names = Schema.paths().stream()
                .filter(path -> !path.contains("*"))
                .map(path -> path.replace("postgresql.authentication.", "").replace('.', '_'))
                .toList();
        return Spelling.nearest(key, names)
                .filter(near -> Spelling.distance(key, near) <= 2)
                .map(near -> PREFIX + near.toUpperCase(Locale.ROOT));
    }

    /** Empty, with a warning, when the text is not what the setting wants: such a variable has no effect. */
    private static Optional<Object> value(Document settings, String variable, String path, String text) {
        Schema.Kind kind = Schema.kind(path).orElse(Schema.Kind.TEXT);
        Optional<Object> value = switch (kind) {
            case FLAG -> flag(text);
            case INTEGER -> number(text);
            case NUMBER -> real(text);
            case LIST -> yaml(variable, list(text)).filter(List.class::isInstance);
            case MAP ->
                yaml(variable, text.startsWith("{") ? text : "{" + text + "}").filter(Map.class::isInstance);
            case TEXT ->
                path.equals("log.format") && !text.contains("%(") ? yaml(variable, list(text)) : Optional.of(text);
        };
        if (value.isEmpty()) {
            settings.warn("the environment variable " + variable + " has no effect: expected " + kind.people()
                    + ", found \"" + text + "\"");
        }
        return value;
    }

    private static Optional<Object> flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "on", "yes", "1" -> Optional.of(true);
            case "false", "off", "no", "0" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static Optional<Object> number(String text) {
        try {
            return Optional.of(Integer.decode(text.strip()));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    private static Optional<Object> real(String text) {
        try {
            return Optional.of(Double.valueOf(text.strip()));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    /** Lists may do without their brackets. */
    private static String list(String text) {
        return text.startsWith("-") || text.contains("[") ? text : "[" + text + "]";
    }

    private static Optional<Object> yaml(String variable, String text) {
        try {
            return Optional.ofNullable(ConfigFile.document(variable, "value:\n" + text.indent(2))
                    .values()
                    .get("value"));
        } catch (IllegalArgumentException notYaml) {
            return Optional.empty();
        }
    }

    private static void put(Document settings, String path, String variable, Object value) {
        String[] keys = path.split("\\.", -1);
        Map<String, Object> patch = new LinkedHashMap<>();
        patch.put(keys[keys.length - 1], value);
        for (int i = keys.length - 2; i >= 0; i--) {
            Map<String, Object> outer = new LinkedHashMap<>();
            outer.put(keys[i], patch);
            patch = outer;
        }
        settings.lay(new Document(patch, Map.of(path, Place.of("the environment variable " + variable))));
    }

    /** A login alone does not say that a cluster is kept in etcd. */
    static void dropLoginsWithoutStore(Document settings, Document file) {
        STORES_WITH_LOGIN.stream()
                .filter(store -> file.values().get(store) == null)
                .filter(store -> isLoginOnly(settings.values().get(store)))
                .forEach(settings.values()::remove);
    }

    private static boolean isLoginOnly(@Nullable Object section) {
        return section instanceof Map<?, ?> map
                && map.keySet().stream().map(String::valueOf).allMatch(LOGIN::contains);
    }
}
