package dev.regent.postgres;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a standby writes into the recovery section of its configuration. */
final class RecoveryParameters {
    private static final int PROMOTE_TRIGGER_FILE_ENDS = 16;

    private RecoveryParameters() {}

    /** The configured ones, streaming from the upstream if there is one, along the newest timeline and to no target. */
    static Map<String, String> of(
            Map<String, String> configured,
            int majorVersion,
            Optional<ConnectionString> upstream,
            Optional<String> slot) {
        Map<String, String> parameters = new TreeMap<>();
        configured.forEach((name, value) -> {
            if (isForOperators(name, majorVersion)) {
                parameters.put(name, value);
            }
        });
        // Empty, so that none in an included file takes effect
        for (String target : new String[] {"", "_lsn", "_name", "_time", "_xid"}) {
            parameters.put("recovery_target" + target, "");
        }
        parameters.put("recovery_target_timeline", "latest");
        upstream.ifPresent(conninfo -> {
            parameters.put("primary_conninfo", conninfo.toString());
            slot.ifPresent(name -> parameters.put("primary_slot_name", name));
        });
        return parameters;
    }

    private static boolean isForOperators(String name, int majorVersion) {
        if (!ConfText.RECOVERY.contains(name) || name.startsWith("recovery_target")) {
            return false;
        }
        return switch (name) {
            case "primary_conninfo", "primary_slot_name" -> false;
            // Of PostgreSQL 11 and before
            case "standby_mode", "trigger_file", "pause_at_recovery_target" -> false;
            case "promote_trigger_file" -> majorVersion < PROMOTE_TRIGGER_FILE_ENDS;
            default -> true;
        };
    }
}
