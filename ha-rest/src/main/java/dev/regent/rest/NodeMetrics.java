package dev.regent.rest;

import dev.regent.ha.engine.SelfDescription;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.MemberState;
import dev.regent.ha.model.Role;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a node says of itself, as metrics: names, order and wording are those that dashboards and alerts all over the world
 * are built on.
 */
final class NodeMetrics {
    private static final DateTimeFormatter POSTGRES_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss[.SSSSSS]xxx", Locale.ROOT);
    private static final int MICROS = 6;
    private static final int NANOS = 9;
    private static final int FIRST_VERSION_WITH_RECEIVER = 90_600;

    /** The number of a state is its place here; that of one that is not known is -1. */
    private static final List<MemberState> STATES = Arrays.stream(MemberState.values())
            .filter(state -> state != MemberState.UNKNOWN)
            .toList();

    private static final String STATE_NUMBERS = "Values: "
            + STATES.stream()
                    .map(state -> STATES.indexOf(state) + "=" + label(state))
                    .collect(Collectors.joining(", "));

    private final MetricsText out;
    private final NodeFacts facts;

    private NodeMetrics(MetricsText out, NodeFacts facts) {
        this.out = out;
        this.facts = facts;
    }

    static void write(MetricsText out, NodeFacts facts) {
        NodeMetrics metrics = new NodeMetrics(out, facts);
        metrics.writeServer();
        metrics.writeRole();
        metrics.writeReplay();
        metrics.writeReplication();
        metrics.writeCluster();
        metrics.writeNode();
    }

    private void writeServer() {
        gauge("patroni_version", "Patroni semver without periods.").value(version());
        gauge("patroni_postgres_running", "Value is 1 if Postgres is running, 0 otherwise.")
                .value(facts.isRunning());
        gauge("patroni_postmaster_start_time", "Epoch seconds since Postgres started.")
                .value(epoch(live(facts.database().facts().postmasterStartTime())));
    }

    private void writeRole() {
        gauge("patroni_primary", "Value is 1 if this node is the leader, 0 otherwise.")
                .value(facts.role() == Role.PRIMARY);
        counter(
                        "patroni_xlog_location",
                        "Current location of the Postgres transaction log, 0 if this node is not the leader.")
                .value(isWriter() ? facts.database().wal().position().value() : 0);
        gauge("patroni_standby_leader", "Value is 1 if this node is the standby_leader, 0 otherwise.")
                .value(facts.role() == Role.STANDBY_LEADER);
        gauge("patroni_replica", "Value is 1 if this node is a replica, 0 otherwise.")
                .value(facts.role() == Role.REPLICA);
        gauge("patroni_sync_standby", "Value is 1 if this node is a sync standby, 0 otherwise.")
                .value(facts.isSyncStandby());
        gauge("patroni_quorum_standby", "Value is 1 if this node is a quorum standby, 0 otherwise.")
                .value(facts.isQuorumStandby());
    }

    private void writeReplay() {
        boolean standby = facts.isLive() && !isWriter();
        counter(
                        "patroni_xlog_received_location",
                        "Current location of the received Postgres transaction log, 0 if this node is not a replica.")
                .value(standby ? facts.received() : 0);
        counter(
                        "patroni_xlog_replayed_location",
                        "Current location of the replayed Postgres transaction log, 0 if this node is not a replica.")
                .value(
                        standby
                                ? facts.database()
                                        .wal()
                                        .replayed()
                                        .orElse(Lsn.ZERO)
                                        .value()
                                : 0);
        gauge(
                        "patroni_xlog_replayed_timestamp",
                        "Current timestamp of the replayed Postgres transaction log, 0 if null.")
                .value(epoch(standby ? facts.database().facts().replayedTimestamp() : Optional.empty()));
        gauge("patroni_xlog_paused", "Value is 1 if the Postgres xlog is paused, 0 otherwise.")
                .value(standby && facts.database().facts().replayPaused());
    }

    private void writeReplication() {
        int version = facts.isLive() ? facts.database().facts().serverVersion() : 0;
        if (version >= FIRST_VERSION_WITH_RECEIVER) {
            String state = facts.replicationState().orElse("");
            gauge("patroni_postgres_streaming", "Value is 1 if Postgres is streaming, 0 otherwise.")
                    .value(state.equals("streaming"));
            gauge(
                            "patroni_postgres_in_archive_recovery",
                            "Value is 1 if Postgres is replicating from archive, 0 otherwise.")
                    .value(state.equals("in archive recovery"));
        }
        gauge("patroni_postgres_server_version", "Version of Postgres (if running), 0 otherwise.")
                .value(version);
    }

    private void writeCluster() {
        gauge("patroni_cluster_unlocked", "Value is 1 if the cluster is unlocked, 0 if locked.")
                .value(facts.isUnlocked());
        gauge("patroni_failsafe_mode_is_active", "Value is 1 if failsafe mode is active, 0 if inactive.")
                .value(facts.failsafeActive());
        gauge("patroni_failsafe_mode_enabled", "Value is 1 if failsafe_mode is enabled, 0 otherwise.")
                .value(facts.config().failsafeMode());
        gauge("patroni_failsafe_member", "Value is 1 if this node is a member of failsafe, 0 otherwise.")
                .value(facts.view()
                        .filter(view -> view.failsafe().contains(facts.node().name()))
                        .isPresent());
        gauge("patroni_postgres_timeline", "Postgres timeline of this node (if running), 0 otherwise.")
                .value(facts.isLive() ? facts.database().wal().timeline() : 0);
    }

    private void writeNode() {
        gauge("patroni_dcs_last_seen", "Epoch timestamp when DCS was last contacted successfully by Patroni.")
                .value(facts.storeSeenAt().map(OffsetDateTime::toEpochSecond).orElse(0L));
        gauge("patroni_pending_restart", "Value is 1 if the node needs a restart, 0 otherwise.")
                .value(facts.database().facts().pendingRestart().isDue());
        gauge("patroni_is_paused", "Value is 1 if auto failover is disabled, 0 otherwise.")
                .value(facts.config().paused());
        out.metric("patroni_postgres_state", "gauge", "Numeric representation of Postgres state.", STATE_NUMBERS)
                .value(STATES.indexOf(facts.state()));
        gauge("patroni_failover_priority", "Failover priority of this node.")
                .value(facts.node().tags().failoverPriority());
    }

    private MetricsText gauge(String name, String help) {
        return out.metric(name, "gauge", help);
    }

    private MetricsText counter(String name, String help) {
        return out.metric(name, "counter", help);
    }

    private boolean isWriter() {
        return facts.isLive() && facts.database().mayAcceptWrites();
    }

    private <T> Optional<T> live(Optional<T> value) {
        return facts.isLive() ? value : Optional.empty();
    }

    /** The numbers of the version with two digits each. */
    private static String version() {
        return Arrays.stream(SelfDescription.PROTOCOL_VERSION.split("\\."))
                .map(part -> part.length() < 2 ? "0" + part : part)
                .collect(Collectors.joining());
    }

    /** Seconds with their fraction, and at least one digit of it; 0 when there is no such time. */
    static String epoch(Optional<String> time) {
        if (time.isEmpty()) {
            return "0";
        }
        try {
            OffsetDateTime parsed = OffsetDateTime.parse(time.get(), POSTGRES_TIME);
            BigDecimal seconds =
                    BigDecimal.valueOf(parsed.toEpochSecond()).add(BigDecimal.valueOf(parsed.getNano(), NANOS));
            return seconds.setScale(Math.max(
                            1, Math.min(MICROS, seconds.stripTrailingZeros().scale())))
                    .toPlainString();
        } catch (DateTimeException notATime) {
            return "0";
        }
    }

    private static String label(MemberState state) {
        return switch (state) {
            case INITIALIZING -> "initdb";
            case RUNNING_CUSTOM_BOOTSTRAP -> "custom_bootstrap";
            case STARTING_AFTER_CUSTOM_BOOTSTRAP -> "bootstrap_starting";
            default -> state.label().replace(' ', '_');
        };
    }
}
