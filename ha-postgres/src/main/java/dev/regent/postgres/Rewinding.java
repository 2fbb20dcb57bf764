package dev.regent.postgres;

import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes back what this server wrote after it and the source had parted. Used by one thread. */
final class Rewinding {
    private static final Logger LOG = LoggerFactory.getLogger(Rewinding.class);

    private static final Duration SOURCE_LIMIT = Duration.ofMinutes(2);
    private static final int RESTORE_TARGET_WAL = 13;

    /** More WAL than 16 GB between the last common checkpoint and the divergence is better copied anew. */
    private static final int MOST_FETCHED = 1024;

    /** From here on pg_rewind changes the data. */
    private static final String CHANGES_BEGIN = "need to copy";

    private static final String NOT_NEEDED = "no rewind required";
    /** pg_rewind then takes the logs for one, which a former primary's and its successor's never are. */
    private static final String NOT_TOLD_APART = "source and target cluster are on the same timeline";

    private static final String SOURCE_STATE = """
            SELECT CASE WHEN pg_is_in_recovery() THEN 'recovery'
              WHEN ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int
                = (SELECT timeline_id FROM pg_control_checkpoint()) THEN 'ready'
              ELSE 'checkpoint due' END""";

    private volatile PostgresSettings settings;
    private final DataDirectory data;
    private final UnfinishedWork unfinished;
    private final ConfigFiles config;
    private final ControlFile controlFile;
    private final Tool tool;
    private final Login login;
    private final SourceLogin source;
    private final WalArchive archive;

    Rewinding(
            PostgresSettings settings,
            DataDirectory data,
            UnfinishedWork unfinished,
            ConfigFiles config,
            ControlFile controlFile,
            Tool tool,
            Login login,
            SourceLogin source) {
        this.settings = settings;
        this.data = data;
        this.unfinished = unfinished;
        this.config = config;
        this.controlFile = controlFile;
        this.tool = tool;
        this.login = login;
        this.source = source;
        this.archive = new WalArchive(data, config, tool);
    }

    /** From the next time on. */
    void use(PostgresSettings changed) {
        settings = changed;
    }

    boolean isUsable() {
        return config.isRewindAllowed() && tool.isInstalled("pg_rewind");
    }

    /** The data is that of a server which was shut down cleanly. */
    void rewindTo(Upstream upstream) throws DatabaseException, InterruptedException {
        requirePageTracking();
        archive.archivePending();
        tellOfArchive();
        requireReadiness(upstream);
        try {
            unfinished.begin(UnfinishedWork.REWIND + upstream);
            Tool.Result result = runWithFetching(upstream);
            if (!result.isSuccess()) {
                endIfUnchanged(result.output());
                throw new DatabaseException("expected to rewind to " + upstream + ", found that pg_rewind ended with "
                        + result.exitCode() + ": " + result.output().strip());
            }
            if (result.output().contains(NOT_TOLD_APART)) {
                unfinished.end();
                throw new DatabaseException("expected to rewind to another timeline, found " + upstream
                        + " on one of the same number: the data can only be copied anew");
            }
            boolean changed = !result.output().contains(NOT_NEEDED);
            LOG.info("{} {}", changed ? "Rewound to" : "Needs no rewind to follow", upstream);
            config.restoreMissing();
            data.becomeStandby();
            unfinished.end();
        } catch (IOException cannotWrite) {
            throw new DatabaseException("cannot write in or beside " + data.path() + ": " + cannotWrite, cannotWrite);
        }
    }

    /** pg_rewind reads {@code restore_command} from the configuration, where that of a former primary does not have it. */
    private void tellOfArchive() throws DatabaseException, InterruptedException {
        if (config.hasRestoreCommand()) {
            config.follow(Optional.empty());
            config.write(Optional.empty());
        }
    }

    void requirePageTracking() throws DatabaseException {
        if (!isUsable() || !controlFile.require().tracksPageChanges()) {
            throw new DatabaseException("expected use_pg_rewind on, pg_rewind in " + settings.binDir()
                    + ", and wal_log_hints or data checksums in the data, found that not all of these are:"
                    + " the data can only be copied anew");
        }
    }

    /** Brings a former primary that crashed to a clean shutdown without letting anybody connect. */
    void recover() throws DatabaseException, InterruptedException {
        config.write(Optional.empty());
        archive.archivePending();
        List<String> command = new ArrayList<>(List.of(tool.program("postgres"), "--single"));
        command.addAll(config.commandLine());
        command.addAll(List.of("--archive_mode=on", "--archive_command=false", keepAllWal(), "template1"));
        Tool.Result result = tool.run(command, Map.of("LC_ALL", "C"));
        if (!result.isSuccess()) {
            throw new DatabaseException("expected the crashed server's data to be recovered, found exit code "
                    + result.exitCode() + ": " + result.output().strip());
        }
    }

    /** The checkpoint that ends the recovery would recycle the WAL in which pg_rewind looks for where the logs part. */
    private String keepAllWal() throws DatabaseException {
        return WalRetention.everything(data.majorVersion());
    }

    private void requireReadiness(Upstream upstream) throws DatabaseException {
        try (Connection connection = login.forRewind(upstream, SOURCE_LIMIT);
                Statement statement = connection.createStatement()) {
            String state = Reload.value(connection, SOURCE_STATE);
            if (state.equals("recovery")) {
                throw new DatabaseException(
                        "expected a primary to rewind to, found that " + upstream + " is in recovery: wait for it");
            }
            if (!state.equals("ready")) {
                statement.execute("CHECKPOINT");
            }
        } catch (SQLException failed) {
            throw new DatabaseException("cannot use " + upstream + " to rewind to: " + failed.getMessage(), failed);
        }
    }

    /** Where pg_rewind cannot ask the archive itself, it is told what is missing and tries again. */
    private Tool.Result runWithFetching(Upstream upstream) throws DatabaseException, InterruptedException, IOException {
        Tool.Result result = runInterruptibly(upstream);
        for (int i = 0; i < MOST_FETCHED && !result.isSuccess() && !canAskArchive(); i++) {
            Optional<String> missing = WalArchive.missingIn(result.output());
            if (missing.isEmpty() || !archive.fetch(missing.get())) {
                return result;
            }
            result = runInterruptibly(upstream);
        }
        return result;
    }

    private boolean canAskArchive() throws DatabaseException {
        return config.hasRestoreCommand() && data.majorVersion() >= RESTORE_TARGET_WAL;
    }

    private Tool.Result runInterruptibly(Upstream upstream)
            throws DatabaseException, InterruptedException, IOException {
        try {
            return run(upstream);
        } catch (InterruptedException interrupted) {
            endIfUnchanged(Tool.tail(tool.log("pg_rewind"), 0));
            throw interrupted;
        }
    }

    private Tool.Result run(Upstream upstream) throws DatabaseException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(tool.program("pg_rewind")));
        if (canAskArchive()) {
            command.add("--restore-target-wal");
        }
        command.addAll(List.of(
                "-D",
                data.path().toString(),
                "--source-server=" + source.login(upstream, settings.database(), settings.rewind(), true),
                "--progress"));
        command.addAll(ToolOptions.forRewind(config.effective().rewindOptions()));
        return source.run(command, upstream, settings.rewind());
    }

    /** The marker stays where the data may have been changed. */
    private void endIfUnchanged(String output) throws IOException {
        if (!output.contains(CHANGES_BEGIN)) {
            unfinished.end();
        }
    }
}
