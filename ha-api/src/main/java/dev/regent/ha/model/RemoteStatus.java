package dev.regent.ha.model;

import java.util.List;

/**
 * What the remote server that a standby cluster follows says of itself. Immutable.
 *
 * @param inRecovery it is a standby itself, so that nobody can rewind to it
 * @param history how its timeline came about
 */
public record RemoteStatus(String systemId, boolean inRecovery, int timeline, List<TimelineSwitch> history) {
    public RemoteStatus {
        history = List.copyOf(history);
    }
}
