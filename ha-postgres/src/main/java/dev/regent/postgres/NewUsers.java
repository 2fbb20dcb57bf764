package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.util.PasswordUtil;

/**
 * The statements that create the users whom replication and rewinding need. Passwords go in as what the server would make
 * of them, so that they cannot come out in its log. Immutable.
 */
record NewUsers(PostgresSettings settings, int majorVersion) {
    private static final int PREDEFINED_CHECKPOINT_ROLE = 15;

    private static final List<String> READING_FILES = List.of(
            "pg_ls_dir(text, boolean, boolean)",
            "pg_stat_file(text, boolean)",
            "pg_read_binary_file(text)",
            "pg_read_binary_file(text, bigint, bigint, boolean)");

    /** For a cluster that initdb has just created, whose superuser is there. */
    List<String> creating() throws DatabaseException {
        List<String> statements = new ArrayList<>();
        if (hasReplicationUser()) {
            statements.add("CREATE ROLE " + name(settings.replication()) + replicationRights());
        }
        if (hasRewindUser()) {
            statements.add("CREATE ROLE " + name(settings.rewind()) + rewindRights());
        }
        statements.addAll(grants());
        return statements;
    }

    /** For a cluster that may have them already, with other passwords; the superuser. */
    List<String> ensuringSuperuser() throws DatabaseException {
        Credentials superuser = settings.superuser();
        return superuser.hasPassword()
                ? List.of(ensuring(superuser, " WITH SUPERUSER LOGIN" + password(superuser)))
                : List.of();
    }

    /** For a cluster that may have them already, with other passwords; all but the superuser. */
    List<String> ensuringOthers() throws DatabaseException {
        List<String> statements = new ArrayList<>();
        if (hasReplicationUser()) {
            statements.add(ensuring(settings.replication(), replicationRights()));
        }
        if (hasRewindUser()) {
            statements.add(ensuring(settings.rewind(), rewindRights()));
        }
        statements.addAll(grants());
        return statements;
    }

    private boolean hasReplicationUser() {
        return !settings.replication().username().equals(settings.superuser().username());
    }

    private boolean rewindsAsSuperuser() {
        return settings.rewind().username().equals(settings.superuser().username());
    }

    private boolean hasRewindUser() {
        return !rewindsAsSuperuser()
                && !settings.rewind().username().equals(settings.replication().username());
    }

    private List<String> grants() {
        List<String> statements = new ArrayList<>();
        if (rewindsAsSuperuser()) {
            return statements;
        }
        String rewind = name(settings.rewind());
        for (String function : READING_FILES) {
            statements.add("GRANT EXECUTE ON FUNCTION pg_catalog." + function + " TO " + rewind);
        }
        if (majorVersion >= PREDEFINED_CHECKPOINT_ROLE) {
            statements.add("GRANT pg_checkpoint TO " + rewind);
        }
        return statements;
    }

    private String replicationRights() throws DatabaseException {
        return " WITH REPLICATION LOGIN" + password(settings.replication());
    }

    private String rewindRights() throws DatabaseException {
        return " WITH LOGIN" + password(settings.rewind());
    }

    private static String ensuring(Credentials user, String rights) {
        return "DO $do$ BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = "
                + literal(user.username()) + ") THEN ALTER ROLE " + name(user) + rights
                + "; ELSE CREATE ROLE " + name(user) + rights + "; END IF; END $do$";
    }

    private static String name(Credentials user) {
        return "\"" + user.username().replace("\"", "\"\"") + "\"";
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String password(Credentials credentials) throws DatabaseException {
        try {
            Optional<String> current = credentials.password();
            if (current.isEmpty()) {
                return "";
            }
            char[] password = current.get().toCharArray();
            return " PASSWORD '" + PasswordUtil.encodePassword(credentials.username(), password, "scram-sha-256") + "'";
        } catch (IOException unavailable) {
            throw new DatabaseException(String.valueOf(unavailable.getMessage()), unavailable);
        } catch (SQLException cannotEncode) {
            throw new DatabaseException(
                    "expected a password for " + credentials.username() + " that can be encoded: "
                            + cannotEncode.getMessage(),
                    cannotEncode);
        }
    }
}
