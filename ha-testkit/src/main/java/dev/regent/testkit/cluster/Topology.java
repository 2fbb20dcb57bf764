package dev.regent.testkit.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The cluster as {@code GET /cluster} of an agent shows it. Immutable. */
public record Topology(List<Row> members) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> ALIVE = Set.of("running", "streaming");

    /** One member. Immutable. */
    public record Row(String name, String role, String state, int timeline) {
        public boolean isLeader() {
            return role.equals("leader") && state.equals("running");
        }

        public boolean isReplica() {
            return role.equals("replica") || role.equals("sync_standby") || role.equals("quorum_standby");
        }
    }

    public Topology {
        members = List.copyOf(members);
    }

    static Topology parse(String json) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (JsonNode member : JSON.readTree(json).path("members")) {
            rows.add(new Row(
                    member.path("name").asText(),
                    member.path("role").asText(),
                    member.path("state").asText(),
                    member.path("timeline").asInt()));
        }
        return new Topology(rows);
    }

    public Optional<String> leader() {
        return members.stream().filter(Row::isLeader).map(Row::name).findFirst();
    }

    /** One leads and all others follow it on its timeline. */
    public boolean isHealthy(int size) {
        Set<Integer> timelines = members.stream().map(Row::timeline).collect(Collectors.toSet());
        return members.size() == size
                && leader().isPresent()
                && timelines.size() == 1
                && members.stream().allMatch(row -> ALIVE.contains(row.state()))
                && members.stream().filter(Row::isReplica).count() == size - 1;
    }

    public boolean hasSynchronousStandby() {
        return synchronousStandby().isPresent();
    }

    public Optional<String> synchronousStandby() {
        return members.stream()
                .filter(row -> row.role().equals("sync_standby"))
                .map(Row::name)
                .findFirst();
    }

    @Override
    public String toString() {
        return members.stream()
                .map(row -> row.name() + " " + row.role() + " " + row.state() + " tl" + row.timeline())
                .collect(Collectors.joining(" | "));
    }
}
