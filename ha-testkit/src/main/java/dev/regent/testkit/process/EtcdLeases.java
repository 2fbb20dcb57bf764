package dev.regent.testkit.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/** The leases of an etcd, over HTTP and JSON. */
final class EtcdLeases {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private EtcdLeases() {}

    static void end(String endpoint, String key) throws IOException, InterruptedException {
        String encoded = Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
        String lease = post(endpoint + "/v3/kv/range", Map.of("key", encoded))
                .path("kvs")
                .path(0)
                .path("lease")
                .asText();
        if (lease.isEmpty()) {
            throw new IOException("expected a session that holds " + key + ", found none");
        }
        post(endpoint + "/v3/lease/revoke", Map.of("ID", lease));
    }

    private static JsonNode post(String url, Object body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(LIMIT)
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException("expected " + url + " to succeed, found " + answer.body());
        }
        return JSON.readTree(answer.body());
    }
}
