package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Empties the place of a data directory for a new copy, and keeps what was there if it can. Used by one thread. */
final class Discarding {
    private static final Logger LOG = LoggerFactory.getLogger(Discarding.class);

    private final DataDirectory data;
    private final UnfinishedWork unfinished;
    private final OsUser owner;
    private final Aside aside;

    Discarding(DataDirectory data, UnfinishedWork unfinished, OsUser owner) {
        this.data = data;
        this.unfinished = unfinished;
        this.owner = owner;
        this.aside = new Aside(data);
    }

    /** Somebody has allowed that the data be deleted where it cannot be kept. */
    void discard() throws DatabaseException {
        try {
            if (!data.isEmpty() && !isKept()) {
                LOG.warn("Deleting the data in {}", data.path());
                unfinished.begin("the removal of the data");
                data.clear();
            }
            unfinished.end();
        } catch (IOException cannotWrite) {
            throw data.cannotWrite(cannotWrite);
        }
    }

    /** Does the work that makes new data; until it is done the marker says that the data is not complete. */
    void replace(String what, Work work) throws DatabaseException, InterruptedException {
        try {
            makeRoom(what);
            data.checkUsable();
            work.run();
            unfinished.end();
        } catch (IOException cannotWrite) {
            throw data.cannotWrite(cannotWrite);
        }
    }

    private boolean isKept() throws IOException {
        if (!aside.hasRoom()) {
            LOG.warn("There is no room for the data in {} beside a new copy", data.path());
            return false;
        }
        try {
            keep();
            return true;
        } catch (IOException mountPoint) {
            LOG.warn("The data in {} cannot be moved out of the way: {}", data.path(), mountPoint.toString());
            return false;
        }
    }

    private void keep() throws IOException {
        Path moved = aside.move();
        LOG.warn(
                "The data of {} is kept in {}: delete it when nobody misses anything that it may hold alone",
                data.path(),
                moved);
    }

    private void makeRoom(String what) throws DatabaseException, IOException {
        if (!unfinished.exists() && !data.isEmpty()) {
            throw new DatabaseException("expected an empty data directory " + data.path()
                    + ", found files in it: nothing has been deleted; move them away, or name another data directory");
        }
        if (unfinished.mayHoldLastCopy() && !data.isEmpty()) {
            keepRemains();
        }
        unfinished.begin(what);
        SafeFiles.createDirectory(data.path(), owner);
    }

    /** What an interrupted rewind has left is kept, or nothing happens. */
    private void keepRemains() throws DatabaseException {
        try {
            keep();
        } catch (IOException cannotMove) {
            throw new DatabaseException(
                    "expected to move the data of an interrupted rewind, which may hold the last copy of something, out of"
                            + " the way, found that it cannot be (" + cannotMove + "): save what you need of "
                            + data.path() + " and empty it, or reinitialize this member",
                    cannotMove);
        }
    }
}
