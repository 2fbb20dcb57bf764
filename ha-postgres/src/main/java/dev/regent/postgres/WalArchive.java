package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The WAL archive of a server that is down, by the commands in its configuration. Used by one thread. */
final class WalArchive {
    private static final Logger LOG = LoggerFactory.getLogger(WalArchive.class);

    private static final Pattern PENDING = Pattern.compile("([0-9A-F]{24}(\\.partial)?)\\.ready");
    private static final Pattern MISSING = Pattern.compile("could not open file \"[^\"]*pg_wal/([0-9A-F]{24})\"");
    private static final Pattern PLACEHOLDER = Pattern.compile("%([pfr%])");

    /** What may be removed from the archive, for commands that ask: nothing. */
    private static final String OLDEST = "000000010000000000000001";

    private final DataDirectory data;
    private final ConfigFiles config;
    private final Tool tool;

    WalArchive(DataDirectory data, ConfigFiles config, Tool tool) {
        this.data = data;
        this.config = config;
        this.tool = tool;
    }

    /** Archives what the server had written before it ended: otherwise it could be recycled without a copy anywhere. */
    void archivePending() throws DatabaseException, InterruptedException {
        List<String> pending = pending();
        Optional<String> command = pending.isEmpty() ? Optional.empty() : command();
        if (command.isEmpty()) {
            return;
        }
        for (String file : pending) {
            if (!run(command.get(), file).isSuccess()) {
                LOG.warn("Failed to archive WAL segment {}", file);
            } else {
                LOG.info("Archived {}, which the server had left to be archived", file);
                markArchived(file);
            }
        }
    }

    /**
     * Archives the file that holds a former primary's shutdown checkpoint, as often as it is told to. A server archives what it
     * has written when it is stopped, but not the file that it has just begun; a remote cluster that lives from the archive
     * alone would take this server for diverged by that checkpoint.
     */
    void archiveLast(ControlData former) throws DatabaseException, InterruptedException {
        Optional<String> file = former.value("Latest checkpoint's REDO WAL file")
                .filter(name -> former.isShutDownCleanly() && Files.exists(data.resolve("pg_wal/" + name)));
        Optional<String> command = file.isEmpty() ? Optional.empty() : command();
        if (command.isEmpty()) {
            return;
        }
        if (run(command.get(), file.get()).isSuccess()) {
            LOG.info("Archived {}, which holds the last checkpoint", file.get());
        } else {
            LOG.warn("Failed to archive {}: a cluster that lives from the archive alone may lack it", file.get());
        }
    }

    /** Absent when the server archives nothing. */
    private Optional<String> command() throws DatabaseException, InterruptedException {
        return List.of("on", "always").contains(setting("archive_mode"))
                ? Optional.of(setting("archive_command")).filter(command -> !command.isEmpty())
                : Optional.empty();
    }

    /** The file that a program says it could not open. */
    static Optional<String> missingIn(String output) {
        Matcher found = MISSING.matcher(output);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    /** Fetches a file with {@code restore_command}; false when the archive does not have it. */
    boolean fetch(String file) throws DatabaseException, InterruptedException {
        String command = setting("restore_command");
        if (command.isEmpty() || !run(command, file).isSuccess()) {
            LOG.warn("Failed to fetch WAL segment {} required for pg_rewind", file);
            return false;
        }
        LOG.info("Fetched {} from the archive", file);
        return true;
    }

    private Tool.Result run(String command, String file) throws DatabaseException, InterruptedException {
        String expanded = expand(command, data.resolve("pg_wal/" + file).toString(), file);
        return tool.run(
                List.of("/bin/sh", "-c", "cd \"$0\" && " + expanded, data.path().toString()), Map.of());
    }

    static String expand(String command, String path, String file) {
        return PLACEHOLDER
                .matcher(command)
                .replaceAll(found -> Matcher.quoteReplacement(
                        switch (found.group(1)) {
                            case "p" -> path;
                            case "f" -> file;
                            case "r" -> OLDEST;
                            default -> "%";
                        }));
    }

    private List<String> pending() throws DatabaseException {
        Path status = data.resolve("pg_wal/archive_status");
        if (!Files.isDirectory(status)) {
            return List.of();
        }
        List<String> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(status, "*.ready")) {
            for (Path entry : entries) {
                Matcher name = PENDING.matcher(String.valueOf(entry.getFileName()));
                if (name.matches() && Files.exists(data.resolve("pg_wal/" + name.group(1)))) {
                    files.add(name.group(1));
                }
            }
        } catch (IOException unreadable) {
            throw new DatabaseException("cannot list " + status + ": " + unreadable, unreadable);
        }
        Collections.sort(files);
        return files;
    }

    private void markArchived(String file) throws DatabaseException {
        Path ready = data.resolve("pg_wal/archive_status/" + file + ".ready");
        try {
            Files.move(
                    ready,
                    data.resolve("pg_wal/archive_status/" + file + ".done"),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException cannotRename) {
            throw new DatabaseException("cannot rename " + ready + ": " + cannotRename, cannotRename);
        }
    }

    private String setting(String name) throws DatabaseException, InterruptedException {
        Tool.Result result = tool.run(
                List.of(
                        tool.program("postgres"),
                        "-D",
                        data.path().toString(),
                        "-C",
                        name,
                        "--config-file=" + config.conf()),
                Map.of("LC_ALL", "C"));
        return result.isSuccess() ? result.output().strip() : "";
    }
}
