package dev.regent.postgres;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.HealthRules;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.ServerHealth;
import dev.regent.ha.model.ServerHealth.Finding;
import dev.regent.postgres.HealthCheck.Problem;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the server has what it needs, each time in a thread that may be left behind: that a look does not come back
 * is a finding of its own. Whoever asks gets what is known and waits for nothing but, where there is doubt, one short
 * question to the server. Thread-safe.
 */
final class HealthProbe implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HealthProbe.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final DataDirectory data;
    private final List<HealthCheck> checks;
    private final FileWrite write;
    private final Probe probe;
    private final WritePath writes;
    private final Runnable onChange;
    private final Errand<Optional<Problem>> storage = new Errand<>("regent-storage");
    private volatile HealthRules rules = HealthRules.DEFAULT;
    private volatile Optional<String> runningSystemId = Optional.empty();
    private volatile Optional<Problem> problem = Optional.empty();

    private Due storageDue = Due.NOW;
    private Due writesDue = Due.NOW;
    private Lsn position = Lsn.ZERO;
    private long grewAt = Poll.now();
    private Lsn positionBefore = Lsn.ZERO;
    private boolean stuck;
    private Finding last = Finding.WELL;
    private long lastSince = Poll.now();

    /** When something was last done, if it was. Immutable. */
    private record Due(boolean once, long at) {
        static final Due NOW = new Due(false, 0);

        boolean isOver(Duration interval) {
            return !once || Poll.since(at).compareTo(interval) >= 0;
        }

        static Due afterNow() {
            return new Due(true, Poll.now());
        }
    }

    HealthProbe(DataDirectory data, OsUser user, Probe probe, Login login, IntSupplier port, Runnable onChange) {
        this(data, user, probe, login, port, onChange, List.of());
    }

    /**
     * @param first what is looked at before everything else
     */
    HealthProbe(
            DataDirectory data,
            OsUser user,
            Probe probe,
            Login login,
            IntSupplier port,
            Runnable onChange,
            List<HealthCheck> first) {
        this.data = data;
        this.probe = probe;
        this.onChange = onChange;
        Volumes volumes = new Volumes(data);
        this.write = new FileWrite(volumes, user);
        Supplier<Optional<String>> systemId = () -> runningSystemId;
        this.checks = Stream.concat(
                        first.stream(),
                        Stream.of(new DataPresence(data, user, systemId), write, new FreeSpace(volumes, () -> rules)))
                .toList();
        this.writes = new WritePath(login, port, onChange);
    }

    /** From now on as the cluster-wide configuration says. */
    void configure(DynamicConfig dynamic) {
        use(HealthRules.from(dynamic));
    }

    void use(HealthRules changed) {
        rules = changed;
    }

    /** What takes longer hangs. */
    Duration patience() {
        return rules.patience();
    }

    /** How a server is of which this has just been seen. */
    synchronized ServerHealth of(DatabaseStatus seen) {
        note(seen);
        lookAtStorage(seen);
        lookAtWrites(seen);
        Optional<Problem> worst = Stream.of(ofStorage(), ofWrites())
                .flatMap(Optional::stream)
                .max(Comparator.comparing(Problem::finding));
        Finding finding = worst.map(Problem::finding).orElse(Finding.WELL);
        if (finding != last) {
            last = finding;
            lastSince = Poll.now();
        }
        return new ServerHealth(
                finding,
                worst.map(Problem::why).orElse(""),
                worst.isPresent() ? Poll.since(lastSince) : Duration.ZERO,
                write.lastTook());
    }

    @Override
    public void close() {
        writes.close();
    }

    private static boolean answers(DatabaseStatus seen) {
        return seen.is(ServerState.PRIMARY) || seen.is(ServerState.STANDBY);
    }

    private void note(DatabaseStatus seen) {
        if (answers(seen)) {
            runningSystemId = seen.systemId();
            if (!position.equals(seen.wal().position())) {
                position = seen.wal().position();
                grewAt = Poll.now();
            }
        } else if (!seen.isRunning()) {
            runningSystemId = Optional.empty();
        }
    }

    private void lookAtStorage(DatabaseStatus seen) {
        if (!seen.hasUsableData()) {
            problem = Optional.empty();
            storageDue = Due.NOW;
            return;
        }
        if (storageDue.isOver(rules.interval()) && !storage.isUnderWay()) {
            storageDue = Due.afterNow();
            storage.begin(this::look, this::bring);
        }
    }

    private Optional<Problem> look() {
        for (HealthCheck check : checks) {
            try {
                Optional<Problem> found = check.look();
                if (found.isPresent()) {
                    return found;
                }
            } catch (IOException unknown) {
                LOG.debug("A look at the storage says nothing", unknown);
            }
        }
        return Optional.empty();
    }

    private void bring(Optional<Problem> found) {
        boolean news = !found.equals(problem);
        problem = found;
        if (news) {
            onChange.run();
        }
    }

    private Optional<Problem> ofStorage() {
        Duration patience = rules.patience();
        if (storage.underWayFor().filter(since -> since.compareTo(patience) > 0).isEmpty()) {
            return problem;
        }
        boolean grows = Poll.since(grewAt).compareTo(patience) < 0;
        return Optional.of(new Problem(
                grows ? Finding.STORAGE_SLOW : Finding.STORAGE_HANGS,
                "expected to look at " + data.path() + " and to write a file there within " + patience.toSeconds()
                        + " s, found that this has not ended: see the storage and the kernel's log"));
    }

    private void lookAtWrites(DatabaseStatus seen) {
        if (writes.waitingFor().isPresent()) {
            stuck |= writes.waitingFor()
                    .filter(since -> since.compareTo(rules.patience()) > 0)
                    .isPresent();
            return;
        }
        // One that was stopped is not known to write again before it runs
        stuck &= !answers(seen);
        if (seen.is(ServerState.PRIMARY) && writesDue.isOver(rules.interval())) {
            writesDue = Due.afterNow();
            boolean still = positionBefore.equals(position);
            positionBefore = position;
            if (still && isInDoubt()) {
                writes.tryOut();
            }
        }
    }

    private boolean isInDoubt() {
        try {
            return probe.ask(PATIENCE, WritePath::isInDoubt);
        } catch (SQLException unknown) {
            LOG.debug("The server does not say whether it writes", unknown);
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Optional<Problem> ofWrites() {
        return stuck
                ? Optional.of(new Problem(
                        Finding.WRITES_STUCK,
                        "expected the server to write a few bytes to its log within "
                                + rules.patience().toSeconds()
                                + " s, found that it does not, though it answers: see what its backends wait for"
                                + " (pg_stat_activity), and the storage of " + data.resolve("pg_wal")))
                : Optional.empty();
    }
}
