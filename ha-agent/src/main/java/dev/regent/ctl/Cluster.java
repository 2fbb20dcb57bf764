package dev.regent.ctl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries;
import dev.regent.ha.spi.Entries.Entry;
import dev.regent.ha.spi.Expected;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** One cluster as a command sees and asks it: through the store, and through the REST API of its members. */
final class Cluster implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONFIG = "config";

    /** The store, its calls in words for people. */
    interface StoreCall<T> {
        T call() throws DcsException;
    }

    /** Something that a member answers, and that may fail on the way. */
    interface Question<T> {
        T ask() throws IOException, InterruptedException;
    }

    private final String name;
    private final Optional<Integer> group;
    private final Dcs dcs;
    private final ClusterAdmin admin;
    private final RestCalls rest;

    Cluster(String name, Optional<Integer> group, Dcs dcs, RestCalls rest) {
        this.name = name;
        this.group = group;
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

    /** The view, and what the members have published beyond it. */
    Look look() {
        Map<NodeName, JsonNode> documents = new TreeMap<>();
        ClusterView view = view();
        Entries entries = entries();
        view.members()
                .keySet()
                .forEach(member ->
                        entries.get("members/" + member).ifPresent(entry -> documents.put(member, json(entry))));
        return new Look(name, group, view, documents);
    }

    /** The view of a cluster that must be there: whoever misspells its name should be told. */
    Look knownLook() {
        Look look = look();
        if (look.isUnknown()) {
            throw new CommandFailure("expected the cluster " + name + " in the store, found nothing of it:"
                    + " check its name, and the namespace and the store of the configuration");
        }
        return look;
    }

    private static JsonNode json(Entry entry) {
        try {
            return JSON.readTree(entry.value());
        } catch (JsonProcessingException notJson) {
            return JSON.createObjectNode();
        }
    }

    Entries entries() {
        return inStore(dcs::read);
    }

    static <T> T inStore(StoreCall<T> call) {
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

    /** Takes the request back; false when it was taken up meanwhile. */
    boolean cancel(FailoverRequest request) {
        return inStore(() -> admin.cancel(request));
    }

    /** The configuration as it stands in the store, with its revision. */
    Optional<Entry> config() {
        return entries().get(CONFIG);
    }

    /** False when the configuration is not the one that was read any more. */
    boolean replaceConfig(String json, Entry read) {
        return inStore(() -> dcs.write(CONFIG, json, Expected.at(read.revision())));
    }

    /** Deletes everything that the store has of the cluster. */
    void remove() {
        for (String key : entries().byKey().keySet()) {
            inStore(() -> dcs.delete(key, Expected.ANYTHING));
        }
    }

    /** What the member will answer; a failure when it does not. */
    CompletableFuture<RestCalls.Answer> ask(Member member, String endpoint) {
        return member.apiUrl()
                .map(apiUrl -> rest.ask(apiUrl, endpoint))
                .orElseGet(() -> CompletableFuture.failedFuture(new IOException("it does not say where that is")));
    }

    /** What the member answers, in words for people when it does not. */
    RestCalls.Answer get(Member member, String endpoint) throws IOException, InterruptedException {
        return rest.get(apiUrl(member), endpoint);
    }

    /** What the member answers. */
    RestCalls.Answer post(Member member, String endpoint, JsonNode body) throws IOException, InterruptedException {
        return rest.send("POST", apiUrl(member), endpoint, body);
    }

    /** What the member answers to a request without content. */
    RestCalls.Answer bare(String method, Member member, String endpoint) throws IOException, InterruptedException {
        return rest.send(method, apiUrl(member), endpoint);
    }

    RestCalls.Answer patchConfig(Member member, JsonNode patch) throws IOException, InterruptedException {
        return rest.send("PATCH", apiUrl(member), CONFIG, patch);
    }

    private static String apiUrl(Member member) throws IOException {
        return member.apiUrl()
                .orElseThrow(() -> new IOException("member " + member.name() + " does not say where its REST API is"));
    }

    /** The answer of a member that has to give one; otherwise the command ends here. */
    static <T> T insist(Member member, Question<T> question) throws InterruptedException {
        try {
            return question.ask();
        } catch (IOException unreachable) {
            throw new CommandFailure(
                    "member " + member.name() + " cannot be asked at "
                            + member.apiUrl().orElse("(it does not say where)")
                            + ": " + RestCalls.cause(unreachable)
                            + "; members after it were left alone",
                    unreachable);
        }
    }

    /** What the first member answers that can be reached, beginning with the leader; empty when none can. */
    Optional<RestCalls.Answer> patchConfig(Look look, JsonNode patch, Terminal terminal) throws InterruptedException {
        return firstOf(look.leaderFirst(), terminal, member -> patchConfig(member, patch));
    }

    /** What a member answers. */
    interface MemberQuestion {
        RestCalls.Answer ask(Member member) throws IOException, InterruptedException;
    }

    private static Optional<RestCalls.Answer> firstOf(List<Member> members, Terminal terminal, MemberQuestion question)
            throws InterruptedException {
        for (Member member : members) {
            if (member.apiUrl().isPresent()) {
                try {
                    return Optional.of(question.ask(member));
                } catch (IOException unreachable) {
                    terminal.warn("Member " + member.name() + " is not accessible: " + RestCalls.cause(unreachable));
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        dcs.close();
    }
}
