package dev.regent.ctl;

import dev.regent.agent.config.Section;
import dev.regent.ha.model.DynamicConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether a former leader can be rewound, or would have to be copied anew. */
final class RewindChecks {
    /** Reads what must be known, one row a fact. */
    static final String QUESTION = "SELECT name, setting FROM pg_settings WHERE name IN"
            + " ('wal_log_hints', 'data_checksums', 'full_page_writes')"
            + " UNION ALL SELECT 'rewind user ' || rolname, CASE WHEN rolsuper OR ("
            + " has_function_privilege(oid, 'pg_catalog.pg_ls_dir(text, boolean, boolean)', 'EXECUTE')"
            + " AND has_function_privilege(oid, 'pg_catalog.pg_stat_file(text, boolean)', 'EXECUTE')"
            + " AND has_function_privilege(oid, 'pg_catalog.pg_read_binary_file(text)', 'EXECUTE')"
            + " AND has_function_privilege(oid,"
            + " 'pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean)', 'EXECUTE'))"
            + " THEN 'on' ELSE 'off' END FROM pg_roles";

    private static final String CHECK = "rewind";

    private RewindChecks() {}

    /** Whether the configuration asks for rewinding: the cluster's, or where that says nothing, the member's. */
    static boolean isWanted(Optional<DynamicConfig> config, Section root) {
        return config.flatMap(values -> values.value("postgresql"))
                .filter(section -> section.has("use_pg_rewind"))
                .map(section -> section.path("use_pg_rewind").asBoolean())
                .orElseGet(() -> root.section("postgresql").flag("use_pg_rewind", false));
    }

    /** @param user whom the agent logs in as to rewind */
    static List<Finding> of(Map<String, String> facts, String user) {
        List<Finding> findings = new ArrayList<>();
        boolean checksums = isOn(facts, "data_checksums");
        String expected = "data checksums, or wal_log_hints = on";
        String found = "data_checksums " + facts.getOrDefault("data_checksums", "?") + ", wal_log_hints "
                + facts.getOrDefault("wal_log_hints", "?");
        findings.add(
                checksums || isOn(facts, "wal_log_hints")
                        ? Finding.good(CHECK, expected, found)
                        : Finding.fault(
                                CHECK,
                                expected,
                                found,
                                "regentctl edit-config -p wal_log_hints=on and restart: else a former leader is copied anew"));
        findings.add(
                isOn(facts, "full_page_writes")
                        ? Finding.good(CHECK, "full_page_writes = on", "on")
                        : Finding.fault(
                                CHECK,
                                "full_page_writes = on",
                                facts.getOrDefault("full_page_writes", "?"),
                                "regentctl edit-config -p full_page_writes=on: pg_rewind refuses to work without"));
        findings.add(user(facts, user));
        return findings;
    }

    private static Finding user(Map<String, String> facts, String user) {
        String expected = "user " + user + " that may read the server's files";
        String key = "rewind user " + user;
        if (!facts.containsKey(key)) {
            return Finding.fault(CHECK, expected, "there is no such user", "create it: CREATE USER \"" + user + "\"");
        }
        return isOn(facts, key)
                ? Finding.good(CHECK, expected, "it may")
                : Finding.fault(
                        CHECK,
                        expected,
                        "it may not",
                        "GRANT EXECUTE ON FUNCTION pg_ls_dir(text, boolean, boolean), pg_stat_file(text, boolean),"
                                + " pg_read_binary_file(text), pg_read_binary_file(text, bigint, bigint, boolean) TO \""
                                + user + "\"");
    }

    private static boolean isOn(Map<String, String> facts, String name) {
        return facts.getOrDefault(name, "off").equals("on");
    }
}
