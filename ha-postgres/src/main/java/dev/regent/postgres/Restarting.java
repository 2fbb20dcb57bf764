package dev.regent.postgres;

import dev.regent.ha.model.Role;
import dev.regent.ha.spi.DatabaseException;
import dev.regent.ha.spi.StopMode;
import java.util.Optional;

/** Stops a standby and starts it again with whatever its files say by then. Used by one thread. */
final class Restarting {
    private final Stopping stopping;
    private final Starting starting;
    private final ControlFile controlFile;
    private final ServerEvents events;
    private final Reattachment reattachment;

    Restarting(
            Stopping stopping,
            Starting starting,
            ControlFile controlFile,
            ServerEvents events,
            Reattachment reattachment) {
        this.stopping = stopping;
        this.starting = starting;
        this.controlFile = controlFile;
        this.events = events;
        this.reattachment = reattachment;
    }

    /** Whatever is cut short or fails in between leaves a stopped server, which can be started as it is. */
    void around(Work whileStopped) throws DatabaseException, InterruptedException {
        reattachment.close();
        events.restarting(true);
        try {
            stopping.stop(StopMode.FAST);
        } finally {
            events.restarting(false);
        }
        whileStopped.run();
        events.startEnded(starting.start(Optional.of(controlFile.require())), Role.REPLICA);
        reattachment.begin();
    }
}
