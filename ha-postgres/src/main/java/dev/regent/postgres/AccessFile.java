package dev.regent.postgres;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code pg_hba.conf} of one server: as it is configured, or found, and closed while clients must be kept out. What an
 * earlier process has closed stays closed. Used by one thread; {@link #isClosed()} may be asked by any.
 */
final class AccessFile {
    private static final Logger LOG = LoggerFactory.getLogger(AccessFile.class);

    private final PostgresSettings settings;
    private final ConfigPlace place;
    private volatile boolean closed;

    AccessFile(PostgresSettings settings, ConfigPlace place) {
        this.settings = settings;
        this.place = place;
    }

    /** Finds out what an earlier process has left. */
    void adopt() throws IOException {
        closed = HbaGate.isClosed(written());
    }

    /** With the next {@link #write}, clients are kept out, or let in. */
    void keepClientsOut(boolean out) {
        closed = out;
    }

    /** Whether the server that reads the file lets none but the few in. */
    boolean isClosed() {
        return closed;
    }

    /** True when the file has changed. Without configured lines those that are there stay. */
    boolean write(List<String> configured, Map<String, String> parameters) throws IOException {
        boolean foreign = !place.resolve(ConfigPlace.HBA)
                .equals(place.resolve(parameters.getOrDefault("hba_file", ConfigPlace.HBA)));
        if (foreign) {
            admitThatNobodyIsKeptOut("hba_file names a file of somebody else");
            return false;
        }
        String present = written();
        String open = configured.isEmpty() ? HbaGate.opened(present) : ConfText.lines(configured);
        if (!HbaGate.canClose(open)) {
            admitThatNobodyIsKeptOut("pg_hba.conf includes other files");
        }
        String wanted = closed ? HbaGate.closed(open, few()) : open;
        return !wanted.equals(present) && place.write(ConfigPlace.HBA, wanted);
    }

    private void admitThatNobodyIsKeptOut(String why) {
        if (closed) {
            closed = false;
            LOG.warn("Clients cannot be kept out of the server although synchronous_start_gate asks for it: {}", why);
        }
    }

    /** Without them the server could not be looked after, nor another member be rewound. */
    private Set<String> few() {
        return new TreeSet<>(
                List.of(settings.superuser().username(), settings.rewind().username()));
    }

    private String written() throws IOException {
        return SafeFiles.readIfPresent(place.resolve(ConfigPlace.HBA));
    }
}
