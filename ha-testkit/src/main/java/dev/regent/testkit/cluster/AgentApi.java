package dev.regent.testkit.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Asks an agent over its REST API. Thread-safe. */
public final class AgentApi {
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(2);
    private static final Duration SWITCHOVER_LIMIT = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(REQUEST_LIMIT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /** The cluster as the agent at the URL shows it; absent when it does not answer. */
    public Optional<Topology> topology(String url) throws InterruptedException {
        try {
            String answer =
                    send(HttpRequest.newBuilder(URI.create(url + "/cluster")).timeout(REQUEST_LIMIT));
            return Optional.of(Topology.parse(answer));
        } catch (IOException silent) {
            return Optional.empty();
        }
    }

    /** Asks the agent to hand the leadership over; returns its answer when it has been given. */
    public String switchover(String url, String leader, String candidate) throws IOException, InterruptedException {
        String body = "{\"leader\":\"" + leader + "\",\"candidate\":\"" + candidate + "\"}";
        return send(HttpRequest.newBuilder(URI.create(url + "/switchover"))
                .timeout(SWITCHOVER_LIMIT)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }
}
