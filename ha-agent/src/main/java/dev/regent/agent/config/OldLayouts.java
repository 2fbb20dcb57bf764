package dev.regent.agent.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Moves what early versions of the configuration had elsewhere to where it is today. */
final class OldLayouts {
    private static final String POSTGRESQL = "postgresql";
    private static final String AUTHENTICATION = "authentication";
    private static final String PG_REWIND = "pg_rewind";

    private OldLayouts() {}

    static void modernize(Document document) {
        if (!(document.values().get(POSTGRESQL) instanceof Map<?, ?> section)) {
            return;
        }
        Map<String, Object> postgresql = Section.withTextKeys(section);
        move(postgresql, "name", document.values(), "name");
        move(postgresql, "create_replica_method", postgresql, "create_replica_methods");
        moveUsers(postgresql, document);
        document.values().put(POSTGRESQL, postgresql);
    }

    /** The users stood directly in the section; who rewinds was also the superuser, and its being there said to rewind. */
    private static void moveUsers(Map<String, Object> postgresql, Document document) {
        boolean oldRewind = postgresql.get(PG_REWIND) instanceof Map;
        if (!(postgresql.get(AUTHENTICATION) instanceof Map<?, ?>) && !postgresql.containsKey(AUTHENTICATION)) {
            Map<String, Object> users = new LinkedHashMap<>();
            for (String user : List.of("replication", "superuser")) {
                move(postgresql, user, users, user);
            }
            if (oldRewind) {
                users.putIfAbsent("superuser", postgresql.get(PG_REWIND));
            }
            if (!users.isEmpty()) {
                postgresql.put(AUTHENTICATION, users);
                document.warn("postgresql.replication, .superuser and .pg_rewind are of an old layout: move them to"
                        + " postgresql.authentication");
            }
        }
        if (oldRewind) {
            postgresql.putIfAbsent("use_pg_rewind", true);
            postgresql.remove(PG_REWIND);
        }
    }

    private static void move(Map<String, Object> from, String oldKey, Map<String, Object> to, String newKey) {
        Object value = from.get(oldKey);
        if (value != null) {
            from.remove(oldKey);
            to.putIfAbsent(newKey, value);
        }
    }
}
