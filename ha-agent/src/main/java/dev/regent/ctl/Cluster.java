package dev.regent.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.Member;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One cluster as a command sees and asks it: through the store, and through the REST API of its members. */
final class Cluster implements AutoCloseable {
    /** The store, its calls in words for people. */
    interface StoreCall<T> {
        T call() throws DcsException;
    }

    private final String name;
    private final Dcs dcs;
    private final ClusterAdmin admin;
    private final RestCalls rest;

    Cluster(String name, Dcs dcs, RestCalls rest) {
        this.name = name;
        this.dcs = dcs;
        this.admin = ClusterAdmin.of(dcs);
        this.rest = rest;
    }

    String name() {
        return name;
    }

    ClusterView view() {
        return inStore(admin::view);
    }

    private static <T> T inStore(StoreCall<T> call) {
        try {
            return call.call();
        } catch (DcsException unreachable) {
            throw new CommandFailure("the store does not answer: " + unreachable.getMessage(), unreachable);
        }
    }

    /** Writes the request where the members look for it. */
    void request(FailoverRequest request) {
        inStore(() -> {
            if (request.isSwitchover()) {
                admin.requestSwitchover(request.leader().orElseThrow(), request.candidate(), request.scheduledAt());
            } else {
                admin.requestFailover(request.candidate().orElseThrow());
            }
            return true;
        });
    }

    /** False when somebody else changed the configuration at the same time. */
    boolean changeConfig(JsonNode patch) {
        return inStore(() -> admin.changeConfig(patch)).isPresent();
    }

    /** What the member will answer; a failure when it does not. */
    CompletableFuture<RestCalls.Answer> ask(Member member, String endpoint) {
        return member.apiUrl()
                .map(apiUrl -> rest.ask(apiUrl, endpoint))
                .orElseGet(() -> CompletableFuture.failedFuture(new IOException("it does not say where that is")));
    }

    /** What the member answers. */
    RestCalls.Answer post(Member member, String endpoint, JsonNode body) throws IOException, InterruptedException {
        String apiUrl = member.apiUrl()
                .orElseThrow(() -> new IOException("member " + member.name() + " does not say where its REST API is"));
        return rest.send("POST", apiUrl, endpoint, body);
    }

    /** What the first member answers that can be reached, beginning with the leader; empty when none can. */
    Optional<RestCalls.Answer> patchConfig(ClusterView view, ObjectNode patch) throws InterruptedException {
        List<Member> members = new ArrayList<>(view.members().values());
        members.sort((one, other) -> Boolean.compare(view.isLedBy(other.name()), view.isLedBy(one.name())));
        for (Member member : members) {
            Optional<RestCalls.Answer> answer = patchConfig(member, patch);
            if (answer.isPresent()) {
                return answer;
            }
        }
        return Optional.empty();
    }

    private Optional<RestCalls.Answer> patchConfig(Member member, ObjectNode patch) throws InterruptedException {
        try {
            return member.apiUrl().isPresent()
                    ? Optional.of(rest.send("PATCH", member.apiUrl().get(), "config", patch))
                    : Optional.empty();
        } catch (IOException unreachable) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        dcs.close();
    }
}
