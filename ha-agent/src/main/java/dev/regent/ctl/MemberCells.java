package dev.regent.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regent.ctl.Table.Column;
import dev.regent.ha.model.Address;
import dev.regent.ha.model.HaConfig.SynchronousMode;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.PendingRestart;
import dev.regent.ha.model.Progress;
import dev.regent.ha.model.Trouble;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the table says of one member, cell by cell. */
final class MemberCells {
    /** What a value that a member has not told looks like. */
    private static final String UNKNOWN = "unknown";

    private static final BigDecimal MEGABYTE = BigDecimal.valueOf(1024 * 1024);
    private static final int DEFAULT_PORT = 5432;
    private static final int LSN_CELLS = 4;
    private static final int LONGEST_REASON = 50;

    /** A column that is left out while no member has a value for it. */
    record Extra(Column column, Cell cell) {}

    /** What stands in a column for a member. */
    interface Cell {
        Object of(Look look, Member member);
    }

    /** Shown while somebody is copied only, because the reference does not have it. */
    static final Extra PROGRESS = new Extra(
            Column.left("Progress"),
            (look, member) -> member.facts().progress().map(Progress::text).orElse(Table.EMPTY));

    /** Shown while something is wrong with somebody's server or storage only, because the reference does not have it. */
    static final Extra HEALTH = new Extra(
            Column.left("Health"),
            (look, member) -> member.facts().trouble().map(Trouble::finding).orElse(Table.EMPTY));

    private final boolean showPorts;
    private final boolean forPeople;

    MemberCells(Looks looks, boolean forPeople) {
        this.showPorts = arePortsNeeded(looks);
        this.forPeople = forPeople;
    }

    List<Extra> extras() {
        return List.of(
                new Extra(
                        Column.left("Pending restart"),
                        (look, member) -> member.facts().pendingRestart().isDue() ? "*" : Table.EMPTY),
                new Extra(Column.left("Pending restart reason"), (look, member) -> pendingReason(member)),
                new Extra(Column.left("Scheduled restart"), MemberCells::scheduledRestart),
                new Extra(Column.left("Tags"), (look, member) -> tags(member)));
    }

    /** Host, role, state, timeline, positions. */
    List<Object> of(Look look, Member member) {
        boolean leads = look.view().isLedBy(member.name());
        List<Object> cells = new ArrayList<>();
        cells.add(address(member).map(this::host).orElse(Table.EMPTY));
        cells.add(role(look, member, leads));
        cells.add(state(look, member, leads));
        cells.add(member.wal().timeline() == 0 ? Table.EMPTY : member.wal().timeline());
        cells.addAll(leads ? Collections.nCopies(LSN_CELLS, Table.EMPTY) : positions(look, member));
        return cells;
    }

    private String host(Address address) {
        return showPorts ? address.toString() : address.host();
    }

    private static boolean arePortsNeeded(Looks looks) {
        List<Address> addresses = looks.each().stream()
                .flatMap(look -> look.members().stream())
                .flatMap(member -> address(member).stream())
                .toList();
        Set<String> hosts = addresses.stream().map(Address::host).collect(Collectors.toSet());
        return hosts.size() < addresses.size()
                || addresses.stream().anyMatch(address -> address.port() != DEFAULT_PORT);
    }

    /** Absent also when a member has published something else. */
    static Optional<Address> address(Member member) {
        return member.connUrl().flatMap(Address::inUrl);
    }

    private static String role(Look look, Member member, boolean leads) {
        if (leads) {
            return look.isStandbyCluster() ? "Standby Leader" : "Leader";
        }
        boolean synchronous = !look.isStandbyCluster()
                && look.config().isSynchronous()
                && look.view().sync().standbys().stream()
                        .anyMatch(standby -> standby.matches(member.name().value()));
        if (!synchronous) {
            return "Replica";
        }
        return look.config().synchronousMode() == SynchronousMode.QUORUM ? "Quorum Standby" : "Sync Standby";
    }

    private static String state(Look look, Member member, boolean leads) {
        String state = look.said(member, "state").map(JsonNode::asText).orElse("");
        return leads && !look.isStandbyCluster()
                ? state
                : member.replicationState().orElse(state);
    }

    private static List<Object> positions(Look look, Member member) {
        Optional<Lsn> received = known(member.wal().received());
        Optional<Lsn> replayed = known(member.wal().replayed());
        if (received.isEmpty() && replayed.isEmpty()) {
            // Older members publish one position and do not say which.
            Optional<Lsn> position = known(Optional.of(member.wal().position()));
            boolean streams = member.replicationState().equals(Optional.of("streaming"));
            received = streams ? position : received;
            replayed = streams ? replayed : position;
        }
        List<Object> cells = new ArrayList<>(position(look, received));
        cells.addAll(position(look, replayed));
        return cells;
    }

    private static Optional<Lsn> known(Optional<Lsn> position) {
        return position.filter(lsn -> lsn.value() != 0);
    }

    private static List<Object> position(Look look, Optional<Lsn> position) {
        return position.map(lsn -> List.<Object>of(lsn.toString(), megabytesBehind(look, lsn)))
                .orElse(List.of(UNKNOWN, Table.EMPTY));
    }

    private static long megabytesBehind(Look look, Lsn lsn) {
        long bytes = Math.max(0, look.view().status().optime().minus(lsn));
        return BigDecimal.valueOf(bytes)
                .divide(MEGABYTE, 0, RoundingMode.HALF_EVEN)
                .longValue();
    }

    private Object pendingReason(Member member) {
        return member.facts().pendingRestart().reasons().entrySet().stream()
                .map(reason -> reason(reason.getKey(), reason.getValue()))
                .collect(Collectors.joining("\n"));
    }

    private String reason(String parameter, PendingRestart.Change change) {
        String line = parameter + ": " + change.oldValue() + "->" + change.newValue();
        return forPeople && line.length() > LONGEST_REASON ? parameter + ": [hidden - too long]" : line;
    }

    private static Object scheduledRestart(Look look, Member member) {
        return look.said(member, "scheduled_restart")
                .filter(restart -> restart.hasNonNull("schedule"))
                .map(restart -> restart.get("schedule").asText()
                        + (restart.hasNonNull("postgres_version")
                                ? " if version < "
                                        + restart.get("postgres_version").asText()
                                : ""))
                .orElse(Table.EMPTY);
    }

    private static Object tags(Member member) {
        return member.tags().values().isEmpty()
                ? Table.EMPTY
                : new TreeMap<>(member.tags().values());
    }
}
