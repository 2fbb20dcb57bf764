package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Options that people add to the command lines of PostgreSQL's programs, less those that are not theirs to choose. */
final class ToolOptions {
    private static final Logger LOG = LoggerFactory.getLogger(ToolOptions.class);

    private static final Set<String> NOT_FOR_INITDB = Set.of("pgdata", "nosync", "pwfile", "sync-only", "version");
    private static final Set<String> NOT_FOR_BASEBACKUP = Set.of(
            "pgdata",
            "format",
            "wal-method",
            "xlog-method",
            "gzip",
            "version",
            "dbname",
            "host",
            "port",
            "username",
            "password");
    private static final Set<String> NOT_FOR_REWIND = Set.of(
            "target-pgdata",
            "source-pgdata",
            "source-server",
            "write-recovery-conf",
            "dry-run",
            "restore-target-wal",
            "config-file",
            "no-ensure-shutdown",
            "version",
            "help");

    /** Since this version the source can compress what it sends. */
    private static final int COMPRESSION_BY_SERVER = 15;

    private ToolOptions() {}

    /** The options as they are; one that is not allowed keeps the cluster from being created otherwise than it was meant. */
    static List<String> forInitdb(List<String> options) throws DatabaseException {
        for (String option : options) {
            if (NOT_FOR_INITDB.contains(name(option))) {
                throw new DatabaseException("expected options for initdb that are not chosen already, found "
                        + name(option) + ": take it out of the section bootstrap.initdb");
            }
        }
        return options;
    }

    static List<String> forBasebackup(List<String> options, int majorVersion) {
        List<String> allowed = allowed("basebackup", options, NOT_FOR_BASEBACKUP);
        allowed.removeIf(option -> name(option).equals("compress") && !isByServer(option, majorVersion));
        return allowed;
    }

    private static boolean isByServer(String option, int majorVersion) {
        boolean byServer = majorVersion >= COMPRESSION_BY_SERVER && option.startsWith("--compress=server");
        if (!byServer) {
            refuse("basebackup", "compress");
        }
        return byServer;
    }

    static List<String> forRewind(List<String> options) {
        return allowed("rewind", options, NOT_FOR_REWIND);
    }

    private static List<String> allowed(String section, List<String> options, Set<String> refused) {
        List<String> allowed = new ArrayList<>();
        for (String option : options) {
            if (refused.contains(name(option))) {
                refuse(section, name(option));
            } else {
                allowed.add(option);
            }
        }
        return allowed;
    }

    private static void refuse(String section, String name) {
        LOG.warn(
                "The option {} for {} is left out: Regent chooses it itself; take it out of the section",
                name,
                section);
    }

    /** An item of a list of options, or the key and value of a mapping; empty when it is none. */
    static Optional<String> option(String key, String value) {
        return key.isEmpty() || value.isEmpty()
                ? Optional.empty()
                : Optional.of("--" + key + "=" + ShellWords.unquoted(value));
    }

    private static String name(String option) {
        return option.replaceFirst("^--?", "").replaceFirst("=.*$", "");
    }
}
