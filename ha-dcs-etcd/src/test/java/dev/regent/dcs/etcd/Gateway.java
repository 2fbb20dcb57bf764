package dev.regent.dcs.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regent.testkit.process.EtcdCluster;
import dev.regent.testkit.process.EtcdServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** One etcd member asked over HTTP and JSON, the way Patroni does: a client that has nothing in common with ours. */
final class Gateway {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LONGEST_ANSWER)
            .build();
    private final String endpoint;

    Gateway(String endpoint) {
        this.endpoint = endpoint;
    }

    /** The answer's JSON; an error of etcd is an {@link IOException}. */
    JsonNode post(String path, Object body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint + "/v3/" + path))
                .timeout(LONGEST_ANSWER)
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        String answer = http.send(request, BodyHandlers.ofString()).body();
        JsonNode json = JSON.readTree(answer);
        if (json.has("error")) {
            throw new IOException("expected " + path + " to succeed, found " + answer);
        }
        return json;
    }

    /** Every key below the prefix with its value, as text. */
    Map<String, String> get(String prefix, String end) throws IOException, InterruptedException {
        Map<String, String> found = new TreeMap<>();
        for (JsonNode pair : post("kv/range", Map.of("key", encoded(prefix), "range_end", encoded(end)))
                .path("kvs")) {
            found.put(
                    decoded(pair.path("key").asText()),
                    decoded(pair.path("value").asText()));
        }
        return found;
    }

    void put(String key, String value) throws IOException, InterruptedException {
        post("kv/put", Map.of("key", encoded(key), "value", encoded(value)));
    }

    /** Whether this member leads etcd itself. */
    boolean isLeader() throws IOException, InterruptedException {
        JsonNode status = post("maintenance/status", Map.of());
        return status.path("leader")
                .asText()
                .equals(status.path("header").path("member_id").asText());
    }

    /** The member that leads etcd itself; all must run. */
    static EtcdServer leaderOf(EtcdCluster etcd) throws IOException, InterruptedException {
        for (EtcdServer member : etcd.members()) {
            if (new Gateway(member.endpoint()).isLeader()) {
                return member;
            }
        }
        throw new IOException("expected a member that leads etcd, found none");
    }

    static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }
}
