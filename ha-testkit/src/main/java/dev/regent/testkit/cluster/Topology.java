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

        /** Leads a cluster that follows another one, and receives from it if it streams. */
        public boolean isStandbyLeader() {
            return role.equals("standby_leader") && ALIVE.contains(state);
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

    /** The leader, be it a primary or that of a standby cluster. */
    public Optional<String> leader() {
        return members.stream()
                .filter(row -> row.isLeader() || row.isStandbyLeader())
                .map(Row::name)
                .findFirst();
    }

    /** One leads as a standby and receives, and all others follow it on its timeline. */
    public boolean isHealthyStandby(int size) {
        return isComplete(size)
                && members.stream()
                        .anyMatch(row -> row.isStandbyLeader() && row.state().equals("streaming"));
    }

    /** One leads as a primary and all others follow it on its timeline. */
    public boolean isHealthy(int size) {
        return isComplete(size) && members.stream().anyMatch(Row::isLeader);
    }

    private boolean isComplete(int size) {
        Set<Integer> timelines = members.stream().map(Row::timeline).collect(Collectors.toSet());
        return members.size() == size
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
