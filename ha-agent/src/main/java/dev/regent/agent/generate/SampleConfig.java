package dev.regent.agent.generate;

import dev.regent.agent.config.ConfigFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A configuration in which a person fills in what only a person knows; what the environment says is in it already. */
public final class SampleConfig {
    /** In two pieces, because here it leaves nothing for later. */
    static final String FIX_ME = "#FIX" + "ME";

    private static final int REWIND_USER = 11;
    private static final int SCRAM = 10;
    private static final int WAL_KEEP_SIZE = 13;

    private SampleConfig() {}

    /** Where there is no {@code postgres} program to fit it to, that is an {@link IOException} for people. */
    public static YamlDocument of(Map<String, String> environment) throws IOException {
        Map<String, Object> said =
                ConfigFile.read(Optional.empty(), environment).values();
        Map<String, Object> sections = sections(PostgresVersion.find(said), hostName(), address());
        if (!hasStore(said)) {
            sections.put("etcd3", Map.of("hosts", List.of(FIX_ME)));
        }
        ConfigFile.merge(sections, said);
        return YamlDocument.of(ordered(sections));
    }

    private static boolean hasStore(Map<String, Object> said) {
        return List.of("etcd", "etcd3", "consul").stream().anyMatch(said::containsKey);
    }

    static Map<String, Object> sections(int major, String name, String address) {
        Map<String, Object> sections = new LinkedHashMap<>();
        sections.put("scope", FIX_ME);
        sections.put("name", name);
        sections.put(
                "log",
                Map.of(
                        "type", "plain",
                        "level", "INFO",
                        "traceback_level", "ERROR",
                        "format", "%(asctime)s %(levelname)s: %(message)s",
                        "max_queue_size", 1000));
        sections.put("restapi", Map.of("listen", address + ":8008", "connect_address", address + ":8008"));
        sections.put("bootstrap", Map.of("dcs", clusterWide(major)));
        sections.put("postgresql", postgresql(major, address));
        sections.put(
                "tags",
                Map.of(
                        "failover_priority", 1,
                        "sync_priority", 1,
                        "noloadbalance", false,
                        "clonefrom", true,
                        "nostream", false));
        return sections;
    }

    static Map<String, Object> clusterWide(int major) {
        Map<String, Object> parameters = new LinkedHashMap<>(Map.of(
                "wal_level", "replica",
                "hot_standby", "on",
                "max_connections", 100,
                "max_wal_senders", 10,
                "max_prepared_transactions", 0,
                "max_locks_per_transaction", 64,
                "track_commit_timestamp", "off",
                "max_replication_slots", 10,
                "max_worker_processes", 8,
                "wal_log_hints", "on"));
        parameters.put(
                major >= WAL_KEEP_SIZE ? "wal_keep_size" : "wal_keep_segments", major >= WAL_KEEP_SIZE ? "128MB" : 8);
        Map<String, Object> dcs = new LinkedHashMap<>();
        dcs.put("loop_wait", 10);
        dcs.put("retry_timeout", 10);
        dcs.put("ttl", 30);
        dcs.put("maximum_lag_on_failover", 1_048_576);
        dcs.put("postgresql", Map.of("parameters", parameters, "use_pg_rewind", true, "use_slots", true));
        return dcs;
    }

    private static Map<String, Object> postgresql(int major, String address) {
        String method = major >= SCRAM ? "scram-sha-256" : "md5";
        Map<String, Object> users = new LinkedHashMap<>();
        users.put("superuser", user("postgres"));
        users.put("replication", user("replicator"));
        if (major >= REWIND_USER) {
            users.put("rewind", user("rewind_user"));
        }
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("listen", address + ":5432");
        section.put("connect_address", address + ":5432");
        section.put("data_dir", FIX_ME);
        section.put("bin_dir", "");
        section.put("authentication", users);
        section.put("parameters", Map.of("password_encryption", method));
        section.put(
                "pg_hba",
                new ArrayList<>(List.of("host all all all " + method, "host replication replicator all " + method)));
        return section;
    }

    private static Map<String, Object> user(String name) {
        return Map.of("username", name, "password", FIX_ME);
    }

    /** In the order in which people know them. */
    static Map<String, Object> ordered(Map<String, Object> sections) {
        Map<String, Object> ordered = new LinkedHashMap<>();
        for (String name : List.of(
                "scope",
                "namespace",
                "name",
                "log",
                "restapi",
                "ctl",
                "citus",
                "consul",
                "etcd",
                "etcd3",
                "bootstrap",
                "postgresql",
                "watchdog",
                "tags")) {
            Object value = sections.get(name);
            if (value != null) {
                ordered.put(name, value);
            }
        }
        sections.forEach(ordered::putIfAbsent);
        return ordered;
    }

    static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return FIX_ME;
        }
    }

    /** Of this host, as its own name is resolved, unless that leads back to itself. */
    static String address() {
        try {
            InetAddress own = InetAddress.getLocalHost();
            return own.isLoopbackAddress() ? FIX_ME : own.getHostAddress();
        } catch (UnknownHostException nameless) {
            return FIX_ME;
        }
    }
}
