package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The WAL file that holds a former primary's shutdown checkpoint. A server archives what it has written when it is stopped,
 * but not the file that it has just begun; a remote cluster that lives from the archive alone would take this server for
 * diverged by that checkpoint. Used by one thread.
 */
final class LastSegment {
    private static final Logger LOG = LoggerFactory.getLogger(LastSegment.class);

    private final PostgresSettings settings;
    private final DataDirectory data;
    private final ConfigFiles config;
    private final ControlFile controlFile;
    private final Tool tool;

    LastSegment(PostgresSettings settings, DataDirectory data, ConfigFiles config, ControlFile controlFile, Tool tool) {
        this.settings = settings;
        this.data = data;
        this.config = config;
        this.controlFile = controlFile;
        this.tool = tool;
    }

    /** Archives it, as often as it is told to, if this server archives at all. What fails is told, and holds nothing up. */
    void archive() throws DatabaseException, InterruptedException {
        ControlData control = controlFile.require();
        Optional<String> file = control.value("Latest checkpoint's REDO WAL file")
                .filter(name -> control.isShutDownCleanly()
                        && Files.isRegularFile(data.resolve("pg_wal").resolve(name)));
        config.write(Optional.empty());
        if (file.isPresent() && isOn(setting("archive_mode"))) {
            String command = setting("archive_command");
            if (!command.isEmpty()) {
                run(command, file.get());
            }
        }
    }

    private static boolean isOn(String archiveMode) {
        return archiveMode.equals("on") || archiveMode.equals("always");
    }

    private void run(String command, String file) throws DatabaseException, InterruptedException {
        Path path = data.resolve("pg_wal").resolve(file);
        String filled = filled(command, path.toString(), file);
        // Where PostgreSQL would run it
        List<String> inDataDirectory =
                List.of("/bin/sh", "-c", "cd \"$0\" && " + filled, data.path().toString());
        Tool.Result result = tool.run(inDataDirectory, Map.of());
        if (result.isSuccess()) {
            LOG.info("{}: the WAL file of the last checkpoint, {}, is archived", settings.name(), file);
        } else {
            LOG.warn(
                    "{}: the WAL file of the last checkpoint, {}, could not be archived; a cluster that lives from the"
                            + " archive alone may lack it: {}",
                    settings.name(),
                    file,
                    result.output().strip());
        }
    }

    /** As PostgreSQL fills it in; %r is for restores. */
    static String filled(String command, String path, String file) {
        StringBuilder filled = new StringBuilder();
        int at = 0;
        while (at < command.length()) {
            char c = command.charAt(at);
            char next = at + 1 < command.length() ? command.charAt(at + 1) : ' ';
            boolean known = c == '%' && (next == 'p' || next == 'f' || next == '%');
            filled.append(!known ? String.valueOf(c) : next == 'p' ? path : next == 'f' ? file : "%");
            at += known ? 2 : 1;
        }
        return filled.toString();
    }

    private String setting(String name) throws DatabaseException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(tool.program("postgres"), "-C", name));
        command.addAll(config.commandLine());
        Tool.Result result = tool.run(command, Map.of("LC_ALL", "C"));
        return result.isSuccess() ? result.output().strip() : "";
    }
}
