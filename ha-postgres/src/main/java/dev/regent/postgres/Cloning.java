package dev.regent.postgres;

import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets the data of a replica by the first of the configured methods that works. Used by one thread. */
final class Cloning {
    private static final Logger LOG = LoggerFactory.getLogger(Cloning.class);

    private volatile PostgresSettings settings;
    private final DataDirectory data;
    private final ConfigFiles config;
    private final Tool tool;
    private final SourceLogin source;
    private final CopyProgress progress;

    Cloning(
            PostgresSettings settings,
            DataDirectory data,
            ConfigFiles config,
            Tool tool,
            SourceLogin source,
            CopyProgress progress) {
        this.settings = settings;
        this.data = data;
        this.config = config;
        this.tool = tool;
        this.source = source;
        this.progress = progress;
    }

    /** From the next time on. */
    void use(PostgresSettings changed) {
        settings = changed;
    }

    /** Whether one of the methods can do without a member to copy. */
    boolean canRestore() {
        return config.effective().replicaMethods().stream().anyMatch(ReplicaMethod::worksAlone);
    }

    /** Into a directory in which there is nothing of value. */
    void cloneFrom(Upstream upstream) throws DatabaseException, InterruptedException {
        run(config.effective().replicaMethods(), Optional.of(upstream));
    }

    /** Without a member to copy, into a directory in which there is nothing of value. */
    void restore() throws DatabaseException, InterruptedException {
        List<ReplicaMethod> alone = config.effective().replicaMethods().stream()
                .filter(ReplicaMethod::worksAlone)
                .toList();
        if (alone.isEmpty()) {
            throw new DatabaseException("expected a method in create_replica_methods with no_leader, found none");
        }
        run(alone, Optional.empty());
    }

    private void run(List<ReplicaMethod> methods, Optional<Upstream> upstream)
            throws DatabaseException, InterruptedException {
        List<String> failures = new ArrayList<>();
        for (ReplicaMethod method : methods) {
            Optional<String> failure = attempt(method, upstream);
            if (failure.isEmpty()) {
                finish();
                return;
            }
            failures.add(failure.get());
            if (failures.size() < methods.size()) {
                LOG.warn("{}; the next method is tried", failure.get());
            }
        }
        throw new DatabaseException(String.join("; ", failures));
    }

    /** What went wrong. */
    private Optional<String> attempt(ReplicaMethod method, Optional<Upstream> upstream)
            throws DatabaseException, InterruptedException {
        clear(method);
        Tool.Result result;
        progress.begin(method, upstream);
        try {
            result = method.isBasebackup() ? basebackup(upstream.orElseThrow()) : custom(method, upstream);
        } finally {
            progress.end();
        }
        String from = upstream.map(member -> " to copy the data of " + member).orElse(" to restore the data");
        if (!result.isSuccess()) {
            return Optional.of("expected the method " + method.name() + from + ", found that it ended with "
                    + result.exitCode() + ": " + said(result));
        }
        return data.hasData()
                ? Optional.empty()
                : Optional.of("expected the method " + method.name() + from + ", found no data in " + data.path()
                        + " after it: " + said(result));
    }

    private static String said(Tool.Result result) {
        return result.output()
                .lines()
                .filter(line -> !CopyProgress.isProgress(line))
                .collect(Collectors.joining("\n"))
                .strip();
    }

    private void clear(ReplicaMethod method) throws DatabaseException {
        try {
            if (!method.keepsData()) {
                data.clear();
            } else if (!data.isEmpty()) {
                LOG.info("What is in {} is left to the method {}", data.path(), method.name());
            }
        } catch (IOException cannotDelete) {
            throw new DatabaseException("cannot empty " + data.path() + ": " + cannotDelete, cannotDelete);
        }
    }

    private void finish() throws DatabaseException {
        try {
            config.restoreMissing();
            String trigger = config.effective().recoveryParameters().getOrDefault("promote_trigger_file", "promote");
            SafeFiles.delete(data.resolve(trigger));
            data.becomeStandby();
        } catch (IOException cannotWrite) {
            throw new DatabaseException("cannot write in " + data.path() + ": " + cannotWrite, cannotWrite);
        }
    }

    private Tool.Result custom(ReplicaMethod method, Optional<Upstream> upstream)
            throws DatabaseException, InterruptedException {
        String connection = upstream.isPresent() ? connection(upstream.get()) : "";
        List<String> command = method.commandLine(settings.scope(), data.path().toString(), connection);
        return upstream.isPresent()
                ? source.runScript(command, upstream.get(), settings.replicationLogin())
                : tool.runScript(command, Map.of());
    }

    private String connection(Upstream upstream) throws DatabaseException {
        return source.login(upstream, settings.database(), settings.replicationLogin(), false)
                .toString();
    }

    private Tool.Result basebackup(Upstream upstream) throws DatabaseException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                tool.program("pg_basebackup"),
                "--pgdata=" + data.path(),
                "-X",
                "stream",
                "--dbname=" + connection(upstream)));
        List<String> options = ToolOptions.forBasebackup(config.effective().basebackupOptions(), tool.majorVersion());
        // Otherwise the copy of an idle server begins minutes later, with the source's next checkpoint
        if (options.stream().noneMatch(option -> option.startsWith("--checkpoint") || option.startsWith("-c"))) {
            command.add("--checkpoint=fast");
        }
        if (!options.contains("--progress") && !options.contains("-P")) {
            command.add("--progress");
        }
        command.addAll(options);
        return source.run(command, upstream, settings.replicationLogin());
    }
}
