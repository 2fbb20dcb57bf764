package dev.regent.postgres;

import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs tools that log in to another member's server, with the password in a file that lasts as long as they. */
final class SourceLogin {
    private final Path passfile;
    private final Path key;
    private final Tool tool;
    private final OsUser owner;

    SourceLogin(Path workDir, Tool tool, OsUser owner) {
        this.passfile = workDir.resolve(BriefFiles.TOOL_PASSWORD);
        this.key = workDir.resolve(BriefFiles.TOOL_KEY);
        this.tool = tool;
        this.owner = owner;
    }

    /** For the next command that is run. */
    ConnectionString login(Upstream upstream, String database, Credentials user, boolean readWrite)
            throws DatabaseException {
        try {
            Credentials plain = LibpqKey.withoutPassword(user, key, owner);
            return ConnectionString.forTool(tool.majorVersion(), upstream, database, plain, readWrite);
        } catch (IOException unreadable) {
            throw new DatabaseException(
                    "the key of " + user.username() + " cannot be used: " + unreadable.getMessage(), unreadable);
        }
    }

    /** One of PostgreSQL's programs. */
    Tool.Result run(List<String> command, Upstream upstream, Credentials user)
            throws DatabaseException, InterruptedException {
        return run(tool::run, command, upstream, user);
    }

    /** Somebody's program. */
    Tool.Result runScript(List<String> words, Upstream upstream, Credentials user)
            throws DatabaseException, InterruptedException {
        return run(tool::runScript, words, upstream, user);
    }

    /** Runs a command with an environment. */
    @FunctionalInterface
    private interface Runner {
        Tool.Result run(List<String> command, Map<String, String> environment)
                throws DatabaseException, InterruptedException;
    }

    private Tool.Result run(Runner runner, List<String> command, Upstream upstream, Credentials user)
            throws DatabaseException, InterruptedException {
        try {
            Map<String, String> environment =
                    new HashMap<>(Map.of("LC_ALL", "C", "LANG", "C", "PGOPTIONS", "-c statement_timeout=0"));
            Optional<Path> written = PasswordFile.write(passfile, upstream, user, owner);
            written.ifPresent(path -> environment.put("PGPASSFILE", path.toString()));
            try {
                return runner.run(command, environment);
            } finally {
                Files.deleteIfExists(passfile);
                Files.deleteIfExists(key);
            }
        } catch (IOException cannotWrite) {
            throw new DatabaseException("cannot write the password file " + passfile + ": " + cannotWrite, cannotWrite);
        }
    }
}
