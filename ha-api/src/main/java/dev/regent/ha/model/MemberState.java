package dev.regent.ha.model;

/** The state of a member's server as other members and tools read it; the order is the number that metrics expose. Immutable. */
public enum MemberState {
    INITIALIZING("initializing new cluster"),
    INITDB_FAILED("initdb failed"),
    RUNNING_CUSTOM_BOOTSTRAP("running custom bootstrap script"),
    CUSTOM_BOOTSTRAP_FAILED("custom bootstrap failed"),
    CREATING_REPLICA("creating replica"),
    RUNNING("running"),
    STARTING("starting"),
    STARTING_AFTER_CUSTOM_BOOTSTRAP("starting after custom bootstrap"),
    START_FAILED("start failed"),
    RESTARTING("restarting"),
    RESTART_FAILED("restart failed"),
    STOPPING("stopping"),
    STOPPED("stopped"),
    STOP_FAILED("stop failed"),
    CRASHED("crashed"),
    UNKNOWN("unknown");

    private final String label;

    MemberState(String label) {
        this.label = label;
    }

    public static MemberState fromLabel(String label) {
        for (MemberState state : values()) {
            if (state.label.equals(label)) {
                return state;
            }
        }
        return UNKNOWN;
    }

    public String label() {
        return label;
    }
}
