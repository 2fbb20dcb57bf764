package dev.regent.ctl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.regent.agent.config.RestApiSection.Login;
import dev.regent.ha.model.Member;
import dev.regent.rest.TlsFiles;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Requests to the REST API of a member. Thread-safe. */
final class RestCalls {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    /** A switchover is answered when it is over, which may take two loop waits of ten seconds, or of what is configured. */
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(5);

    static final int OK = 200;
    static final int ACCEPTED = 202;

    private static final int FIRST_ERROR = 400;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What a member answered.
     *
     * @param date the time that its host told
     */
    record Answer(int status, String body, Optional<Instant> date) {
        static Answer of(HttpResponse<String> response) {
            return new Answer(
                    response.statusCode(),
                    response.body(),
                    response.headers().firstValue("Date").flatMap(Answer::time));
        }

        private static Optional<Instant> time(String text) {
            try {
                return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
            } catch (DateTimeException notATime) {
                return Optional.empty();
            }
        }

        boolean isAccepted() {
            return status == OK || status == ACCEPTED;
        }

        boolean isGood() {
            return status < FIRST_ERROR;
        }

        /** What to tell where something was asked of a member in vain. */
        String failed(String action, Member member) {
            return "Failed: " + action + " for member " + member.name() + ", status code=" + status + ", (" + body
                    + ")";
        }

        /** The body as JSON; a missing node when it is something else. */
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException notJson) {
                return MissingNode.getInstance();
            }
        }
    }

    private final Optional<Login> login;
    private final TlsFiles files;
    private final boolean insecure;

    /**
     * Prepares requests without sending any.
     *
     * @param files whom to trust and what to show to members whose API is {@code https}
     * @param insecure whether the host name in a member's certificate, and without one of our own the whole certificate, is
     *     taken as it is
     */
    RestCalls(Optional<Login> login, TlsFiles files, boolean insecure) {
        this.login = login;
        this.files = files;
        this.insecure = insecure;
    }

    /** Asks {@code /endpoint} of that server and returns at once; whoever needs longer than a few seconds fails. */
    CompletableFuture<Answer> ask(String apiUrl, String endpoint) {
        HttpRequest question = question(apiUrl, endpoint);
        try {
            return client(question.uri())
                    .sendAsync(question, BodyHandlers.ofString())
                    .thenApply(Answer::of);
        } catch (IOException unusableFiles) {
            return CompletableFuture.failedFuture(unusableFiles);
        }
    }

    /** What {@code /endpoint} of that server answers within a few seconds. */
    Answer get(String apiUrl, String endpoint) throws IOException, InterruptedException {
        HttpRequest question = question(apiUrl, endpoint);
        HttpResponse<String> response = client(question.uri()).send(question, BodyHandlers.ofString());
        return Answer.of(response);
    }

    private static HttpRequest question(String apiUrl, String endpoint) {
        return HttpRequest.newBuilder(address(apiUrl, endpoint))
                .timeout(CONNECT_LIMIT)
                .build();
    }

    private static URI address(String apiUrl, String endpoint) {
        return URI.create(apiUrl).resolve("/" + endpoint);
    }

    /** Sends JSON to {@code /endpoint} of the server whose API is at the URL. */
    Answer send(String method, String apiUrl, String endpoint, JsonNode body) throws IOException, InterruptedException {
        return send(method, apiUrl, endpoint, BodyPublishers.ofString(body.toString()));
    }

    /** Sends a request without content. */
    Answer send(String method, String apiUrl, String endpoint) throws IOException, InterruptedException {
        return send(method, apiUrl, endpoint, BodyPublishers.noBody());
    }

    private Answer send(String method, String apiUrl, String endpoint, BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(apiUrl, endpoint))
                .timeout(ANSWER_LIMIT)
                .method(method, body);
        login.ifPresent(user -> request.header("Authorization", basic(user)));
        HttpRequest built = request.build();
        HttpResponse<String> response = client(built.uri()).send(built, BodyHandlers.ofString());
        return Answer.of(response);
    }

    /** Why a member was not reached, for people. */
    static String cause(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        if (deepest instanceof ConnectException || deepest instanceof ClosedChannelException) {
            return "connection refused";
        }
        if (deepest instanceof UnresolvedAddressException) {
            return "the name of its host is unknown";
        }
        return Optional.ofNullable(deepest.getMessage())
                .orElse(deepest.getClass().getSimpleName());
    }

    private static String basic(Login user) {
        byte[] pair = (user.username() + ":" + user.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private HttpClient client(URI address) throws IOException {
        HttpClient.Builder client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_LIMIT);
        if ("https".equals(address.getScheme())) {
            client.sslContext(files.toolContext(insecure));
        }
        return client.build();
    }
}
