package dev.regent.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regent.agent.config.RestApiSection.Login;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Requests to the REST API of a member. Thread-safe. */
final class RestCalls {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    /** A switchover is answered when it is over, which may take two loop waits of ten seconds, or of what is configured. */
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(5);

    /** What a member answered. */
    record Answer(int status, String body) {
        boolean isAccepted() {
            return status == 200 || status == 202;
        }
    }

    private final Optional<Login> login;
    private final boolean trustsAnybody;

    /**
     * Prepares requests without sending any.
     *
     * @param trustsAnybody whether the certificate of an {@code https} member is taken as it is
     */
    RestCalls(Optional<Login> login, boolean trustsAnybody) {
        this.login = login;
        this.trustsAnybody = trustsAnybody;
    }

    /** Asks {@code /endpoint} of that server and returns at once; whoever needs longer than a few seconds fails. */
    CompletableFuture<Answer> ask(String apiUrl, String endpoint) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(apiUrl).resolve("/" + endpoint))
                .timeout(CONNECT_LIMIT)
                .build();
        return client().sendAsync(request, BodyHandlers.ofString())
                .thenApply(response -> new Answer(response.statusCode(), response.body()));
    }

    /** Sends JSON to {@code /endpoint} of the server whose API is at the URL. */
    Answer send(String method, String apiUrl, String endpoint, JsonNode body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(apiUrl).resolve("/" + endpoint))
                .timeout(ANSWER_LIMIT)
                .method(method, BodyPublishers.ofString(body.toString()));
        login.ifPresent(user -> request.header("Authorization", basic(user)));
        HttpResponse<String> response = client().send(request.build(), BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    private static String basic(Login user) {
        byte[] pair = (user.username() + ":" + user.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private HttpClient client() {
        HttpClient.Builder client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_LIMIT);
        if (trustsAnybody) {
            client.sslContext(trustingAnybody());
        }
        return client.build();
    }

    private static SSLContext trustingAnybody() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JVM has no TLS", impossible);
        }
    }
}
