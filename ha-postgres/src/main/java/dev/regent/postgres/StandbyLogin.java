package dev.regent.postgres;

import dev.regent.ha.model.Upstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that a standby logs in to its upstream with, a password file and perhaps a copy of a key. Thread-safe.
 */
final class StandbyLogin {
    private static final Logger LOG = LoggerFactory.getLogger(StandbyLogin.class);

    /** The status is asked for as often as anybody likes. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final DataDirectory data;
    private final OsUser owner;
    private PostgresSettings settings;
    private Optional<Upstream> upstream = Optional.empty();
    private long lastLook = Poll.now();
    private boolean complained;

    StandbyLogin(PostgresSettings settings, DataDirectory data, OsUser owner) {
        this.settings = settings;
        this.data = data;
        this.owner = owner;
    }

    /** What follows holds for these settings. */
    synchronized void use(PostgresSettings changed) {
        settings = changed;
    }

    /** The files are another process's work, and for this upstream. */
    synchronized void adopt(Upstream followed) {
        upstream = Optional.of(followed);
    }

    /** The password file, if there is a password. */
    synchronized Optional<Path> passwordFile(Upstream next) throws IOException {
        upstream = Optional.of(next);
        return PasswordFile.write(settings.pgpass(), next, settings.replicationLogin(), owner);
    }

    /** Who replicates, and how libpq is to. */
    synchronized Credentials user() throws IOException {
        return LibpqKey.withoutPassword(
                settings.replicationLogin(), settings.workDir().resolve("replication.key"), owner);
    }

    /** A server that connects anew reads the files anew: they hold what is right now. Never fails. */
    synchronized void refresh() {
        if (upstream.isEmpty() || !data.isStandby() || Poll.since(lastLook).compareTo(BETWEEN_LOOKS) < 0) {
            return;
        }
        lastLook = Poll.now();
        try {
            user();
            passwordFile(upstream.get());
            complained = false;
        } catch (IOException cannotWrite) {
            if (!complained) {
                LOG.warn("The files that the standby logs in with stay as they are: {}", cannotWrite.getMessage());
            }
            complained = true;
        }
    }
}
