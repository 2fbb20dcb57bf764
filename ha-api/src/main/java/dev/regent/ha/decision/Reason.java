package dev.regent.ha.decision;

/** Why a decision was taken, as a sentence about this node that a person can act on. Immutable. */
public enum Reason {
    LEADING("I lead"),
    FOLLOWING("I follow the leader"),
    LEADING_STANDBY_CLUSTER("I lead, and follow the remote server"),
    NOT_STREAMING_FROM_REMOTE("I lead, and follow the remote server but do not receive from it"),
    NOT_STREAMING_YET("I follow the leader but do not receive from it yet"),

    NO_CLUSTER_YET("no cluster exists yet and I may create one"),
    I_CREATE_THE_STANDBY_CLUSTER("I have won the right to create the cluster, as a standby of the remote one"),
    I_CREATE_THE_CLUSTER("I have won the right to create the cluster"),
    ANOTHER_NODE_CREATES_THE_CLUSTER("another node is creating the cluster"),
    MAY_NOT_CREATE_A_CLUSTER("no cluster exists yet and this node is not configured to create one (section bootstrap)"),
    CLUSTER_CREATED("the data of the new cluster is ready"),
    DATA_WITHOUT_CLUSTER("I hold data and the store knows no cluster yet"),
    STANDBY_WITHOUT_CLUSTER("I am a standby and the store knows no cluster: the primary's node must start first"),
    FOREIGN_DATA("the data directory belongs to another cluster"),
    UNREADABLE_DATA("the data directory is not empty and its system identifier cannot be read"),
    LEADER_WITHOUT_DATA("I lead without usable data"),
    LEADER_CAN_BE_CLONED("the leader is running and I have no data"),
    BACKUP_CAN_BE_RESTORED("I have no data, nobody runs whom I could copy, and a backup can be restored"),
    REMOTE_CAN_BE_CLONED("nobody leads, I have no data, and the server that this standby cluster follows has it"),
    NOTHING_TO_CLONE_FROM("I have no data and nobody runs whom I could copy"),

    CLUSTER_BECOMES_STANDBY("the cluster is to follow a remote one, and my server accepts writes"),
    REMOTE_TO_FOLLOW("the remote server is to be followed"),
    DIVERGED_FROM_REMOTE("my data has diverged from that of the server which this standby cluster follows"),
    EARLIER_LIFE_LED("the leader entry is from an earlier life of this node"),
    SYSTEM_ID_NOT_RECORDED("the store does not say to which data the cluster belongs"),
    CONFIG_MISSING("the store holds no cluster-wide configuration"),
    CONFIG_CHANGED("the cluster-wide configuration has changed"),
    OVERTAKEN("another node has led since I stood, and I may lack what it wrote"),
    LEADER_WITHOUT_PRIMARY("I lead and my server does not accept writes yet"),
    LEADER_SERVER_DOWN("I lead and my server is not running"),
    PRIMARY_CRASHED("my server has crashed and another member can take over"),
    CANNOT_START("my server does not start and another member can take over"),
    PROMOTION_REFUSED("the script pre_promote has refused the promotion of my server"),
    CANNOT_PROMOTE("my server could not be promoted and another member can take over"),
    START_TAKES_TOO_LONG(
            "my server takes longer to start than primary_start_timeout allows and another member can take over"),
    UNFIT_TO_LEAD("my server cannot serve and another member can take over"),
    UNFIT_AND_STAYS("I lead, and my server cannot serve"),
    SERVER_DOES_NOT_ANSWER("my server process lives and does not answer"),
    SERVER_STARTING("my server is starting"),
    CHECKPOINT_DUE("followers can rewind to me only after a checkpoint on the new timeline"),

    SESSION_RUNNING_OUT("I cannot be sure to lead for much longer"),
    WATCHDOG_FAILED("I must not lead without a watchdog, and mine does not work"),
    STORE_UNREACHABLE("the store does not answer"),
    STORE_UNREACHABLE_BUT_LEADING("the store does not answer; I lead until my session runs out"),
    ALL_MEMBERS_AGREE("the store does not answer; I lead as long as all members let me (failsafe_mode)"),
    NOT_ALL_MEMBERS_AGREE("the store does not answer, and not all members let me go on (failsafe_mode)"),
    WORD_GIVEN("a primary that I have given my word to may go on without the store (failsafe_mode)"),
    UNKNOWN_TO_LEADER(
            "nobody leads and I am not among the members that the last leader would have asked (failsafe_mode)"),
    WORD_MAY_BE_GIVEN(
            "I have just been started, and before that may have given my word to a primary that goes on without the store"
                    + " (failsafe_mode)"),
    NOT_THE_LEADER("my server may accept writes and I do not lead"),
    LEADERSHIP_LOST("I do not lead any more"),

    BEST_CANDIDATE("nobody leads and I am fit to"),
    PRIMARY_WITHOUT_LEADER("nobody leads and my server is the primary"),
    NOT_STANDING("nobody leads and I do not stand"),
    MUST_RUN_TO_STAND("nobody leads and my server is not running"),
    SHUT_DOWN_LAST("nobody leads and my server was shut down in good order with everything that is known"),
    RACE_POSTPONED("nobody leads and it is too early to suspect the last leader (primary_race_backoff)"),
    OTHERS_MAY_LEAD("nobody leads and another member is about to"),
    LEFT_TO_CANDIDATE("the requested candidate is about to lead"),
    REQUESTED_CANDIDATE("I am the requested candidate"),

    HANDING_OVER("a person asked for another leader"),
    REQUEST_FULFILLED("the requested change of leader has happened"),
    REQUEST_IMPOSSIBLE("the requested change of leader is not possible"),
    REQUEST_STALE("the requested change of leader was due long ago"),

    ORDERED("a person asked for it"),
    ORDER_DONE("what a person asked for has come about, or cannot"),
    SCHEDULED_RESTART_DUE("the scheduled restart is due"),
    SCHEDULED_RESTART_OVERTAKEN("the server has been started since its restart was scheduled"),
    SCHEDULED_RESTART_STALE("the scheduled restart was due long ago"),
    LEAVING_SYNCHRONOUS_DUTY("commits wait for me, and somebody else shall be waited for before my server stops"),
    SUCCESSOR_CATCHING_UP("my server is stopped and nobody who could lead holds the end of its log yet"),

    CLIENTS_MAY_COME("every commit that clients may find is held by whoever may be promoted"),
    CLIENTS_KEPT_OUT("clients might find commits that nobody else holds: synchronous_start_gate waits for a standby"),

    LEADER_CHANGED("another server is to be followed"),
    READY_TO_FOLLOW("my server is not running and can follow"),
    DIVERGED("my data has diverged from the leader's"),
    DIVERGED_AND_CANNOT_REWIND(
            "my data has diverged from the leader's and pg_rewind is not possible: reinitialize this member (use_pg_rewind,"
                    + " and data checksums or wal_log_hints, avoid this)"),
    DIVERGED_SO_COPIED_ANEW(
            "my data has diverged from the leader's, pg_rewind is not possible, and the configuration allows to copy the data"
                    + " anew (remove_data_directory_on_diverged_timelines)"),
    REWIND_FAILED_SO_COPIED_ANEW(
            "pg_rewind has failed several times, and the configuration allows to copy the data anew"
                    + " (remove_data_directory_on_rewind_failure)"),
    LEADER_NOT_READY_FOR_REWIND(
            "my data may have diverged; the leader has not finished its checkpoint after promotion"),
    SETTINGS_TOO_SMALL("my server replays no more until it is restarted with settings as large as the leader's"),
    LEADER_NOT_RUNNING_YET("the leader is not a running primary yet"),

    SYNC_OFF("commits need not wait for standbys any more"),
    SYNC_LEADER_CHANGED("I must be known as the one that holds every acknowledged commit"),
    SYNC_STANDBY_LEFT("a synchronous standby is gone"),
    SYNC_STANDBY_WANTED("commits shall wait for other standbys"),
    SYNC_STANDBY_CONFIRMED("a standby holds every acknowledged commit"),
    SYNC_WAITS_FOR_STANDBY("a standby is about to hold every acknowledged commit"),

    SYNC_NOT_LEADING("I follow now, so my server need not remember for whom commits waited"),

    SLOTS_CHANGED("members need other replication slots"),
    SLOTS_TO_COPY("logical slots of the primary are to go on here if I am promoted"),

    OPERATION_UNDER_WAY("an operation on my server is under way"),
    OPERATION_TOO_LATE("the operation under way has lost its purpose"),
    RETRYING_SOON("the last attempt failed and it is too early for the next"),
    SETTLING("the server has not taken over yet what it was told"),

    PAUSED("the cluster is paused"),
    PAUSED_WITHOUT_PRIMARY("the cluster is paused and I lead without a primary"),
    SHUTTING_DOWN("I was told to leave"),
    LEFT("my server is stopped and I do not lead");

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
