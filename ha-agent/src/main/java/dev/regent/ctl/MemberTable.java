package dev.regent.ctl;

import dev.regent.ctl.Table.Column;
import dev.regent.ctl.TableFormat.EmptyCells;
import dev.regent.ha.model.Address;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.HaConfig.SynchronousMode;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.PendingRestart;
import dev.regent.ha.model.Progress;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The members of one cluster: who leads, who follows, and how far behind. */
final class MemberTable {
    /** What a value that a member has not told looks like. */
    private static final String UNKNOWN = "unknown";

    private static final BigDecimal MEGABYTE = BigDecimal.valueOf(1024 * 1024);
    private static final int DEFAULT_PORT = 5432;

    private static final List<Column> ALWAYS = List.of(
            Column.left("Cluster").headed(""),
            Column.left("Member"),
            Column.left("Host"),
            Column.left("Role"),
            Column.left("State"),
            Column.right("TL"),
            Column.right("Receive LSN"),
            Column.right("Receive Lag").headed("Lag"),
            Column.right("Replay LSN"),
            Column.right("Replay Lag").headed("Lag"));

    private static final int LSN_CELLS = 4;

    /** A longer reason would make the table too wide for people. */
    private static final int LONGEST_REASON = 50;

    private static final Extra PROGRESS = new Extra(
            Column.left("Progress"),
            member -> member.facts().progress().map(Progress::text).orElse(Table.EMPTY));

    private record Extra(Column column, Function<Member, Object> cell) {}

    /** Columns that are left out while no member has a value for them. */
    private final List<Extra> extras = List.of(
            new Extra(
                    Column.left("Pending restart"),
                    member -> member.facts().pendingRestart().isDue() ? "*" : Table.EMPTY),
            new Extra(Column.left("Pending restart reason"), this::reasons),
            new Extra(Column.left("Scheduled restart"), member -> Table.EMPTY),
            new Extra(Column.left("Tags"), MemberTable::tags));

    private final String cluster;
    private final ClusterView view;
    private final HaConfig config;
    private final boolean standbyCluster;
    private final boolean showPorts;
    private final boolean forPeople;

    private MemberTable(String cluster, ClusterView view, TableFormat format) {
        this.forPeople = format == TableFormat.pretty;
        this.cluster = cluster;
        this.view = view;
        this.config = view.config().map(HaConfig::from).orElse(HaConfig.DEFAULT);
        this.standbyCluster = config.isStandbyCluster();
        this.showPorts = arePortsNeeded(view);
    }

    /** The table as text; for people with title and footer. */
    static String print(String cluster, ClusterView view, TableFormat format, boolean extended) {
        MemberTable members = new MemberTable(cluster, view, format);
        String table = format.print(members.table(extended), Optional.of(members.title()), EmptyCells.LEFT_OUT);
        return format == TableFormat.pretty ? table + members.footer() : table;
    }

    private String title() {
        String initialization = view.initialization()
                .map(entry -> entry.value().isEmpty() ? "initializing" : entry.value())
                .orElse("uninitialized");
        return " Cluster: " + cluster + " (" + initialization + ") ";
    }

    private String footer() {
        StringBuilder footer = new StringBuilder(config.paused() ? " Maintenance mode: on\n" : "");
        view.failoverRequest()
                .filter(request -> request.scheduledAt().isPresent())
                .ifPresent(request -> footer.append(scheduled(request)));
        return footer.toString();
    }

    private static String scheduled(FailoverRequest request) {
        String at = request.scheduledAt().map(IsoTime::text).orElse("");
        return " Switchover scheduled at: " + at + "\n"
                + request.leader()
                        .map(leader -> "                    from: " + leader + "\n")
                        .orElse("")
                + request.candidate()
                        .map(candidate -> "                      to: " + candidate + "\n")
                        .orElse("");
    }

    private Table table(boolean extended) {
        List<Extra> shown = new ArrayList<>(
                extras.stream().filter(extra -> extended || isUsed(extra)).toList());
        if (isUsed(PROGRESS)) {
            shown.add(PROGRESS);
        }
        List<Column> columns = new ArrayList<>(ALWAYS);
        shown.forEach(extra -> columns.add(extra.column()));
        List<List<Object>> rows = view.members().values().stream()
                .map(member -> row(member, shown))
                .toList();
        return new Table(columns, rows);
    }

    private boolean isUsed(Extra extra) {
        return view.members().values().stream()
                .anyMatch(member -> !extra.cell().apply(member).equals(Table.EMPTY));
    }

    private List<Object> row(Member member, List<Extra> shown) {
        boolean leads = view.isLedBy(member.name());
        List<Object> row = new ArrayList<>();
        row.add(cluster);
        row.add(member.name().value());
        row.add(address(member).map(this::host).orElse(Table.EMPTY));
        row.add(role(member, leads));
        row.add(state(member, leads));
        row.add(member.wal().timeline() == 0 ? Table.EMPTY : member.wal().timeline());
        row.addAll(leads ? Collections.nCopies(LSN_CELLS, Table.EMPTY) : positions(member));
        shown.forEach(extra -> row.add(extra.cell().apply(member)));
        return row;
    }

    private String host(Address address) {
        return showPorts ? address.toString() : address.host();
    }

    private static boolean arePortsNeeded(ClusterView view) {
        List<Address> addresses = view.members().values().stream()
                .flatMap(member -> address(member).stream())
                .toList();
        Set<String> hosts = addresses.stream().map(Address::host).collect(Collectors.toSet());
        return hosts.size() < addresses.size()
                || addresses.stream().anyMatch(address -> address.port() != DEFAULT_PORT);
    }

    /** Absent also when a member has published something else. */
    private static Optional<Address> address(Member member) {
        try {
            return member.connUrl().map(Address::ofUrl);
        } catch (IllegalArgumentException notAnUrl) {
            return Optional.empty();
        }
    }

    private String role(Member member, boolean leads) {
        if (leads) {
            return standbyCluster ? "Standby Leader" : "Leader";
        }
        boolean synchronous = !standbyCluster
                && config.isSynchronous()
                && view.sync().standbys().stream()
                        .anyMatch(standby -> standby.matches(member.name().value()));
        if (!synchronous) {
            return "Replica";
        }
        return config.synchronousMode() == SynchronousMode.QUORUM ? "Quorum Standby" : "Sync Standby";
    }

    private String state(Member member, boolean leads) {
        String state = member.state().label();
        return leads && !standbyCluster ? state : member.replicationState().orElse(state);
    }

    private List<Object> positions(Member member) {
        Optional<Lsn> received = known(member.wal().received());
        Optional<Lsn> replayed = known(member.wal().replayed());
        if (received.isEmpty() && replayed.isEmpty()) {
            // Older members publish one position and do not say which.
            Optional<Lsn> position = known(Optional.of(member.wal().position()));
            boolean streams = member.replicationState().equals(Optional.of("streaming"));
            received = streams ? position : received;
            replayed = streams ? replayed : position;
        }
        List<Object> cells = new ArrayList<>(position(received));
        cells.addAll(position(replayed));
        return cells;
    }

    private static Optional<Lsn> known(Optional<Lsn> position) {
        return position.filter(lsn -> lsn.value() != 0);
    }

    private List<Object> position(Optional<Lsn> position) {
        return position.map(lsn -> List.<Object>of(lsn.toString(), megabytesBehind(lsn)))
                .orElse(List.of(UNKNOWN, Table.EMPTY));
    }

    private long megabytesBehind(Lsn lsn) {
        long bytes = Math.max(0, view.status().optime().minus(lsn));
        return BigDecimal.valueOf(bytes)
                .divide(MEGABYTE, 0, RoundingMode.HALF_EVEN)
                .longValue();
    }

    private Object reasons(Member member) {
        return member.facts().pendingRestart().reasons().entrySet().stream()
                .map(reason -> reason(reason.getKey(), reason.getValue()))
                .collect(Collectors.joining("\n"));
    }

    private String reason(String name, PendingRestart.Change change) {
        String text = name + ": " + change.oldValue() + "->" + change.newValue();
        return forPeople && text.length() > LONGEST_REASON ? name + ": [hidden - too long]" : text;
    }

    private static Object tags(Member member) {
        return member.tags().values().isEmpty()
                ? Table.EMPTY
                : new TreeMap<>(member.tags().values());
    }
}
