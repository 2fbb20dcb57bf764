package dev.regent.postgres;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parameters that must be the same on all members, or that must never be changed behind their back: only the
 * cluster-wide configuration sets them, and the server gets them on its command line, where no file overrides them.
 */
final class ControlledParameters {
    private static final Logger LOG = LoggerFactory.getLogger(ControlledParameters.class);

    /** Since this version the kept WAL is given as a size instead of as a number of segments. */
    private static final int WAL_KEEP_SIZE = 13;

    private static final int SEGMENT_MEGABYTES = 16;
    private static final Set<String> TRUE = Set.of("on", "true", "yes", "1");
    private static final Set<String> FALSE = Set.of("off", "false", "no", "0");

    private record Rule(String name, String otherwise, Predicate<String> accepts) {}

    private static final List<Rule> RULES = List.of(
            new Rule(
                    "wal_level",
                    "replica",
                    value -> Set.of("hot_standby", "replica", "logical").contains(value)),
            new Rule("hot_standby", "on", TRUE::contains),
            new Rule("max_connections", "100", atLeast(25)),
            new Rule("max_wal_senders", "10", atLeast(3)),
            new Rule("wal_keep_segments", "8", atLeast(1)),
            new Rule("wal_keep_size", "128MB", value -> megabytes(value) >= SEGMENT_MEGABYTES),
            new Rule("max_prepared_transactions", "0", atLeast(0)),
            new Rule("max_locks_per_transaction", "64", atLeast(32)),
            new Rule("track_commit_timestamp", "off", ControlledParameters::isBoolean),
            new Rule("max_replication_slots", "10", atLeast(4)),
            new Rule("max_worker_processes", "8", atLeast(2)),
            new Rule("wal_log_hints", "on", ControlledParameters::isBoolean));

    /** What a standby may not undercut, by its label in the control file. */
    static final Map<String, String> IN_CONTROL_FILE = Map.of(
            "max_connections", "max_connections setting",
            "max_prepared_transactions", "max_prepared_xacts setting",
            "max_locks_per_transaction", "max_locks_per_xact setting",
            "max_worker_processes", "max_worker_processes setting",
            "max_wal_senders", "max_wal_senders setting");

    private static final Set<String> NAMES = new TreeSet<>(List.of("listen_addresses", "port", "cluster_name"));

    static {
        RULES.forEach(rule -> NAMES.add(rule.name()));
    }

    private ControlledParameters() {}

    static boolean contains(String name) {
        return NAMES.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Not on the command line: a wrong value of it keeps no server from starting. */
    static boolean isOnCommandLine(String name) {
        return !name.startsWith("wal_keep_");
    }

    /** All of them, in the order of the command line; values that are not accepted give way to the default. */
    static Map<String, String> of(PostgresSettings settings, int majorVersion, Map<String, String> wanted) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("listen_addresses", settings.listen());
        parameters.put("port", String.valueOf(settings.port()));
        parameters.put("cluster_name", settings.scope());
        for (Rule rule : RULES) {
            parameters.put(rule.name(), value(rule, Optional.ofNullable(wanted.get(rule.name()))));
        }
        if (majorVersion < WAL_KEEP_SIZE) {
            parameters.remove("wal_keep_size");
        } else {
            String segments = parameters.getOrDefault("wal_keep_segments", "");
            parameters.remove("wal_keep_segments");
            if (wanted.containsKey("wal_keep_segments") && !wanted.containsKey("wal_keep_size")) {
                parameters.put("wal_keep_size", Integer.parseInt(segments) * SEGMENT_MEGABYTES + "MB");
            }
        }
        return parameters;
    }

    private static String value(Rule rule, Optional<String> wanted) {
        if (wanted.isEmpty()) {
            return rule.otherwise();
        }
        String value = wanted.get().strip();
        if (!rule.accepts().test(value.toLowerCase(Locale.ROOT))) {
            LOG.warn(
                    "The postgresql parameter {}={} is not accepted, {} is used: correct the cluster's configuration",
                    rule.name(),
                    value,
                    rule.otherwise());
            return rule.otherwise();
        }
        return value.equalsIgnoreCase("hot_standby") ? "replica" : value;
    }

    static boolean isTrue(String value) {
        return TRUE.contains(value.toLowerCase(Locale.ROOT));
    }

    private static boolean isBoolean(String value) {
        return TRUE.contains(value) || FALSE.contains(value);
    }

    private static Predicate<String> atLeast(int minimum) {
        return value -> {
            try {
                return Integer.parseInt(value) >= minimum;
            } catch (NumberFormatException notANumber) {
                return false;
            }
        };
    }

    /** The size, in the unit that PostgreSQL assumes where none is given; negative when it is none. */
    private static long megabytes(String value) {
        String number = value.replaceAll("[a-z ]+$", "");
        long factorInKilobytes = switch (value.substring(number.length()).strip()) {
            case "", "mb" -> 1024;
            case "kb" -> 1;
            case "gb" -> 1024 * 1024;
            case "tb" -> 1024L * 1024 * 1024;
            default -> -1;
        };
        try {
            return Long.parseLong(number) * factorInKilobytes / 1024;
        } catch (NumberFormatException notANumber) {
            return -1;
        }
    }
}
