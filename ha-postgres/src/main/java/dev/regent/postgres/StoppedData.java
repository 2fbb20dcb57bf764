package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.nio.file.Path;

/** The data of a server that does not run, on which one thing at a time is done. Used by one thread. */
final class StoppedData {
    private final DataDirectory data;
    private final UnfinishedWork unfinished;
    private final Supervisor supervisor;
    private final Path workDir;
    private final Discarding discarding;

    StoppedData(DataDirectory data, UnfinishedWork unfinished, Supervisor supervisor, Path workDir, OsUser owner) {
        this.data = data;
        this.unfinished = unfinished;
        this.supervisor = supervisor;
        this.workDir = workDir;
        this.discarding = new Discarding(data, unfinished, owner);
    }

    /** Nobody else works on the data in the meantime. */
    void work(Work work) throws DatabaseException, InterruptedException {
        supervisor.beginWork();
        try {
            BriefFiles.deleteLeftIn(workDir);
            work.run();
        } catch (IOException cannotDelete) {
            throw new DatabaseException("cannot work in " + workDir + ": " + cannotDelete, cannotDelete);
        } finally {
            supervisor.endWork();
        }
    }

    void replace(String what, Work work) throws DatabaseException, InterruptedException {
        if (!unfinished.exists()) {
            supervisor.requireStopped();
        }
        work(() -> discarding.replace(what, work));
    }

    void discard() throws DatabaseException, InterruptedException {
        supervisor.requireStopped();
        work(discarding::discard);
    }

    void becomePrimary() throws DatabaseException {
        try {
            data.becomePrimary();
        } catch (IOException cannotWrite) {
            throw data.cannotWrite(cannotWrite);
        }
    }

    void becomeStandby() throws DatabaseException {
        try {
            data.becomeStandby();
        } catch (IOException cannotWrite) {
            throw data.cannotWrite(cannotWrite);
        }
    }
}
