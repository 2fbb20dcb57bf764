package dev.regent.postgres;

import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Copies another member's data. Used by one thread. */
final class Cloning {
    private final PostgresSettings settings;
    private final DataDirectory data;
    private final ConfigFiles config;
    private final Tool tool;
    private final SourceLogin source;

    Cloning(PostgresSettings settings, DataDirectory data, ConfigFiles config, Tool tool, SourceLogin source) {
        this.settings = settings;
        this.data = data;
        this.config = config;
        this.tool = tool;
        this.source = source;
    }

    /** Into the empty directory. */
    void cloneFrom(Upstream upstream) throws DatabaseException, InterruptedException {
        Tool.Result result = source.run(command(upstream), upstream, settings.replication());
        if (!result.isSuccess()) {
            throw new DatabaseException(
                    "expected to copy the data of " + upstream + ", found that pg_basebackup ended with "
                            + result.exitCode() + ": " + result.output().strip());
        }
        try {
            config.restoreMissing();
            SafeFiles.delete(data.resolve("promote"));
            data.becomeStandby();
        } catch (IOException cannotWrite) {
            throw new DatabaseException("cannot write in " + data.path() + ": " + cannotWrite, cannotWrite);
        }
    }

    private List<String> command(Upstream upstream) {
        List<String> command = new ArrayList<>(List.of(
                tool.program("pg_basebackup"),
                "--pgdata=" + data.path(),
                "-X",
                "stream",
                "--dbname=" + SourceLogin.login(upstream, settings.database(), settings.replication(), false)));
        List<String> options = settings.basebackupOptions();
        // Otherwise the copy of an idle server begins minutes later, with the source's next checkpoint
        if (options.stream().noneMatch(option -> option.startsWith("--checkpoint") || option.startsWith("-c"))) {
            command.add("--checkpoint=fast");
        }
        command.addAll(options);
        return command;
    }
}
