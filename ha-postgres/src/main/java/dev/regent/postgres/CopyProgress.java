package dev.regent.postgres;

import dev.regent.ha.model.Progress;
import dev.regent.ha.model.Upstream;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a copy of data grow, and tells of it in the log now and then: {@code pg_basebackup} says how far it is, for other
 * programs the directory's size is compared with that of the source. Thread-safe.
 */
final class CopyProgress {
    private static final Logger LOG = LoggerFactory.getLogger(CopyProgress.class);

    private static final Pattern BASEBACKUP = Pattern.compile("\\s*(\\d+)(?:/(\\d+))? kB \\((?:\\d+%|[^)]*)\\).*");
    private static final long KILOBYTE = 1024;

    private static final Duration LOOKS = Duration.ofSeconds(1);

    /** To walk through a large directory takes a while itself. */
    private static final Duration LOOKS_AT_DIRECTORY = Duration.ofSeconds(5);

    private static final Duration TOLD_EVERY = Duration.ofSeconds(30);
    private static final long NANOS = 1_000_000_000L;
    private static final String SIZE_OF_ALL =
            "SELECT sum(pg_database_size(oid))::bigint FROM pg_database WHERE has_database_privilege(oid, 'CONNECT')";

    private final Path dataDir;
    private final Supplier<Path> basebackupLog;
    private final Login login;
    private volatile Optional<Progress> now = Optional.empty();
    private @Nullable Thread watching;

    CopyProgress(Path dataDir, Supplier<Path> basebackupLog, Login login) {
        this.dataDir = dataDir;
        this.basebackupLog = basebackupLog;
        this.login = login;
    }

    /** Of the copy that is under way. */
    Optional<Progress> now() {
        return now;
    }

    /** A line by which {@code pg_basebackup} tells how far it is. */
    static boolean isProgress(String line) {
        return BASEBACKUP.matcher(line).matches();
    }

    /** Watches until the end; one copy at a time. */
    synchronized void begin(ReplicaMethod method, Optional<Upstream> source) {
        end();
        now = Optional.of(new Progress(method.name(), 0, Optional.empty(), 0));
        Poll poll = Poll.every(method.isBasebackup() ? LOOKS : LOOKS_AT_DIRECTORY);
        Watch watch = new Watch(method, source);
        Thread thread = new Thread(() -> look(poll, watch), "regent-copy-progress");
        thread.setDaemon(true);
        watching = thread;
        thread.start();
    }

    private static void look(Poll poll, Watch watch) {
        try {
            poll.until(() -> {
                watch.look();
                return false;
            });
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized void end() {
        if (watching != null) {
            watching.interrupt();
        }
        watching = null;
        now = Optional.empty();
    }

    /** A last look must not come after the end. */
    private synchronized void note(Progress progress) {
        if (watching == Thread.currentThread()) {
            now = Optional.of(progress);
        }
    }

    /** The total, where it is known, and what is there of it. */
    record Amount(long bytes, Optional<Long> total) {}

    /** What {@code pg_basebackup} said last. */
    static Optional<Amount> toldBy(String output) {
        Optional<Amount> last = Optional.empty();
        for (String line : output.split("[\\r\\n]+", -1)) {
            Matcher matcher = BASEBACKUP.matcher(line);
            if (matcher.matches()) {
                Optional<Long> total =
                        Optional.ofNullable(matcher.group(2)).map(text -> Long.parseLong(text) * KILOBYTE);
                last = Optional.of(new Amount(Long.parseLong(matcher.group(1)) * KILOBYTE, total));
            }
        }
        return last;
    }

    /** One copy. */
    private final class Watch {
        private final ReplicaMethod method;
        private final Optional<Upstream> source;
        private Optional<Long> total = Optional.empty();
        private boolean askedForTotal;
        private long lastBytes;
        private long lastAt = Poll.now();
        private long toldAt = Poll.now();

        Watch(ReplicaMethod method, Optional<Upstream> source) {
            this.method = method;
            this.source = source;
        }

        void look() {
            try {
                Optional<Amount> amount = method.isBasebackup()
                        ? toldBy(Tool.tail(basebackupLog.get(), 0))
                        : Optional.of(new Amount(sizeOf(dataDir), total()));
                amount.ifPresent(this::note);
            } catch (IOException notYet) {
                // There will be more to see at the next look
            }
        }

        private void note(Amount amount) {
            long at = Poll.now();
            long rate = Math.max(0, (amount.bytes() - lastBytes)) * NANOS / Math.max(1, at - lastAt);
            Progress progress = new Progress(method.name(), amount.bytes(), amount.total(), rate);
            lastBytes = amount.bytes();
            lastAt = at;
            CopyProgress.this.note(progress);
            if (Poll.since(toldAt).compareTo(TOLD_EVERY) >= 0) {
                toldAt = at;
                LOG.info("{} of {}: {}", method.name(), dataDir, progress.text());
            }
        }

        private Optional<Long> total() {
            if (!askedForTotal && source.isPresent()) {
                askedForTotal = true;
                try (Connection connection = login.elsewhere(source.get(), LOOKS_AT_DIRECTORY)) {
                    total = Optional.of(Long.parseLong(Reload.value(connection, SIZE_OF_ALL)));
                } catch (SQLException | NumberFormatException unknown) {
                    LOG.debug("The size of {} is not known", source.get(), unknown);
                }
            }
            return total;
        }
    }

    /** What is in the directory, as far as it can be read while it grows; tablespaces elsewhere count. */
    static long sizeOf(Path directory) throws IOException {
        long[] bytes = {0};
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        Files.walkFileTree(
                directory,
                java.util.Set.of(java.nio.file.FileVisitOption.FOLLOW_LINKS),
                Integer.MAX_VALUE,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        bytes[0] += attributes.size();
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException vanished) {
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException vanished) {
                        return FileVisitResult.CONTINUE;
                    }
                });
        return bytes[0];
    }
}
