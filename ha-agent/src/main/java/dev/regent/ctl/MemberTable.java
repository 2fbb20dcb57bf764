package dev.regent.ctl;

import dev.regent.ctl.Table.Column;
import dev.regent.ctl.TableFormat.EmptyCells;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The members of one cluster: who leads, who follows, and how far behind. */
final class MemberTable {
    private static final Column CLUSTER = Column.left("Cluster").headed("");
    private static final Column GROUP = Column.right("Group");
    private static final List<Column> ALWAYS = List.of(
            Column.left("Member"),
            Column.left("Host"),
            Column.left("Role"),
            Column.left("State"),
            Column.right("TL"),
            Column.right("Receive LSN"),
            Column.right("Receive Lag").headed("Lag"),
            Column.right("Replay LSN"),
            Column.right("Replay Lag").headed("Lag"));

    /** One member in its place: in a tree, with what stands before its name. */
    private record Place(Look look, Member member, String prefix) {}

    private final Looks looks;
    private final MemberCells cells;

    private MemberTable(Looks looks, boolean forPeople) {
        this.looks = looks;
        this.cells = new MemberCells(looks, forPeople);
    }

    /** The table as text; for people with title and footer. */
    static String print(Looks looks, TableFormat format, boolean extended) {
        boolean forPeople = format == TableFormat.pretty;
        MemberTable members = new MemberTable(looks, forPeople);
        Table table = members.table(members.list(), extended);
        String text = format.print(table, Optional.of(members.title()), EmptyCells.LEFT_OUT);
        return forPeople ? text + members.footer() : text;
    }

    static String print(Look look) {
        return print(Looks.of(look), TableFormat.pretty, false);
    }

    /** Who replicates from whom, for people. */
    static String tree(Looks looks) {
        MemberTable members = new MemberTable(looks, true);
        List<Place> places = looks.each().stream()
                .flatMap(look ->
                        Lineage.of(look).stream().map(branch -> new Place(look, branch.member(), branch.prefix())))
                .toList();
        Table table = members.table(places, false).mapped(MemberTable::inOneLine);
        return TableFormat.pretty.print(table, Optional.of(members.title()), EmptyCells.LEFT_OUT) + members.footer();
    }

    private static Object inOneLine(Object cell) {
        return cell instanceof Map<?, ?> map ? YamlText.flow(map) : cell;
    }

    private List<Place> list() {
        return looks.each().stream()
                .flatMap(look -> look.members().stream().map(member -> new Place(look, member, "")))
                .toList();
    }

    private String title() {
        if (looks.allGroups()) {
            return " Citus cluster: " + looks.cluster() + " ";
        }
        Look look = looks.each().get(0);
        String initialization = look.view()
                .initialization()
                .map(entry -> entry.value().isEmpty() ? "initializing" : entry.value())
                .orElse("uninitialized");
        return look.group()
                .map(group -> " Citus cluster: " + looks.cluster() + " (group: " + group + ", " + initialization + ") ")
                .orElse(" Cluster: " + looks.cluster() + " (" + initialization + ") ");
    }

    private String footer() {
        StringBuilder footer = new StringBuilder();
        for (Look look : looks.each()) {
            String text = footer(look);
            if (!text.isEmpty() && looks.allGroups()) {
                footer.append("Citus group: ").append(look.group().orElse(0)).append('\n');
            }
            footer.append(text);
        }
        return footer.toString();
    }

    private static String footer(Look look) {
        return (look.config().paused() ? " Maintenance mode: on\n" : "")
                + look.view()
                        .failoverRequest()
                        .filter(request -> request.scheduledAt().isPresent())
                        .map(MemberTable::scheduled)
                        .orElse("");
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

    private Table table(List<Place> places, boolean extended) {
        List<MemberCells.Extra> extras = new ArrayList<>(cells.extras().stream()
                .filter(extra -> extended || isUsed(extra, places))
                .toList());
        Stream.of(MemberCells.PROGRESS, MemberCells.HEALTH)
                .filter(extra -> isUsed(extra, places))
                .forEach(extras::add);
        List<Column> columns = new ArrayList<>(List.of(CLUSTER));
        if (looks.isCitus()) {
            columns.add(looks.allGroups() ? GROUP : GROUP.headed(""));
        }
        columns.addAll(ALWAYS);
        extras.forEach(extra -> columns.add(extra.column()));
        return new Table(
                columns, places.stream().map(place -> row(place, extras)).toList());
    }

    private static boolean isUsed(MemberCells.Extra extra, List<Place> places) {
        return places.stream()
                .anyMatch(
                        place -> !extra.cell().of(place.look(), place.member()).equals(Table.EMPTY));
    }

    private List<Object> row(Place place, List<MemberCells.Extra> extras) {
        List<Object> row = new ArrayList<>(List.of(looks.cluster()));
        if (looks.isCitus()) {
            row.add(place.look().group().orElse(0));
        }
        row.add(place.prefix() + place.member().name());
        row.addAll(cells.of(place.look(), place.member()));
        extras.forEach(extra -> row.add(extra.cell().of(place.look(), place.member())));
        return row;
    }
}
