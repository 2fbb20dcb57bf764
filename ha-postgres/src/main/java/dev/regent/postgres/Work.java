package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;

/** Something that may take long. */
@FunctionalInterface
interface Work {
    void run() throws DatabaseException, InterruptedException;

    /** What fails because its thread was interrupted, a write to a file for example, has been cut short, not failed. */
    static void interruptibly(Work work) throws DatabaseException, InterruptedException {
        try {
            work.run();
        } catch (DatabaseException failed) {
            if (!Thread.interrupted()) {
                throw failed;
            }
            InterruptedException interrupted = new InterruptedException(failed.getMessage());
            interrupted.initCause(failed);
            throw interrupted;
        }
    }
}
