package dev.regent.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.engine.Ticker;
import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.Failsafe;
import dev.regent.ha.spi.FailsafeAnswer;
import dev.regent.ha.spi.FailsafeAnswer.Ground;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Asks members over their HTTP API whether a primary may go on without the store, all at once, each on a short-lived thread
 * and a second time if the first request fails early. Thread-safe.
 */
public final class RestFailsafe implements Failsafe {
    private static final int ATTEMPTS = 2;
    private static final int MOST_THREADS = 32;
    private static final Duration THREAD_IDLE = Duration.ofSeconds(30);
    private static final int LONGEST_BODY = 256;

    private final Ticker ticker = Ticker.system();
    private final Supplier<SSLSocketFactory> tls;
    private final Optional<String> authorization;
    private final ThreadPoolExecutor threads;

    public RestFailsafe() {
        this(() -> (SSLSocketFactory) SSLSocketFactory.getDefault(), Optional.empty());
    }

    /** What a connection to a member that speaks TLS is made with, and as whom to ask. */
    public RestFailsafe(Supplier<SSLSocketFactory> tls, Optional<AccessSettings.Login> login) {
        this.tls = tls;
        this.authorization = login.map(RestFailsafe::basic);
        this.threads = new ThreadPoolExecutor(
                0,
                MOST_THREADS,
                THREAD_IDLE.toSeconds(),
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> DaemonThreads.named("regent-failsafe", task));
    }

    private static String basic(AccessSettings.Login login) {
        byte[] credentials = (login.username() + ":" + login.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(credentials);
    }

    @Override
    public Map<NodeName, FailsafeAnswer> ask(
            FailsafeAnnouncement announcement, Map<NodeName, String> members, Duration atMost) {
        Deadline deadline = new Deadline(ticker, atMost);
        byte[] body = body(announcement);
        Map<NodeName, Future<FailsafeAnswer>> asked = new LinkedHashMap<>();
        members.forEach((name, url) -> asked.put(name, begin(url, body, deadline)));
        Map<NodeName, FailsafeAnswer> answers = new LinkedHashMap<>();
        asked.forEach((name, answer) -> answers.put(name, awaited(answer, deadline)));
        return answers;
    }

    private static byte[] body(FailsafeAnnouncement announcement) {
        ObjectNode json = JsonText.object()
                .put("name", announcement.name().value())
                .put("conn_url", announcement.connUrl())
                .put("api_url", announcement.apiUrl());
        ObjectNode slots = json.putObject("slots");
        announcement.slots().forEach((slot, position) -> slots.put(slot, position.value()));
        return JsonText.write(json).getBytes(StandardCharsets.UTF_8);
    }

    private Future<FailsafeAnswer> begin(String url, byte[] body, Deadline deadline) {
        try {
            return threads.submit(() -> askTwice(url, body, deadline));
        } catch (RejectedExecutionException busyOrClosed) {
            return CompletableFuture.completedFuture(
                    silent(MOST_THREADS + " questions are open already, or this node is closing"));
        }
    }

    private static FailsafeAnswer awaited(Future<FailsafeAnswer> answer, Deadline deadline) {
        try {
            return answer.get(deadline.nanosLeft(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            return silent("no answer in time");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return silent("the question was interrupted");
        } catch (ExecutionException failure) {
            return silent(String.valueOf(failure.getCause()));
        }
    }

    private FailsafeAnswer askTwice(String url, byte[] body, Deadline deadline) {
        FailsafeAnswer answer = silent("no time is left to ask");
        for (int attempt = 0; attempt < ATTEMPTS && deadline.nanosLeft() > 0; attempt++) {
            try {
                return ask(URI.create(url).resolve("/failsafe"), body, deadline);
            } catch (IOException | IllegalArgumentException failure) {
                answer = silent(String.valueOf(failure.getMessage()));
            }
        }
        return answer;
    }

    private FailsafeAnswer ask(URI url, byte[] body, Deadline deadline) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
        try {
            if (connection instanceof HttpsURLConnection secure) {
                secure.setSSLSocketFactory(tls.get());
                secure.setHostnameVerifier((host, session) -> true);
            }
            connection.setConnectTimeout(deadline.millisLeft());
            connection.setReadTimeout(deadline.millisLeft());
            connection.setInstanceFollowRedirects(false);
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            authorization.ifPresent(login -> connection.setRequestProperty("Authorization", login));
            connection.getOutputStream().write(body);
            return answer(connection);
        } finally {
            connection.disconnect();
        }
    }

    private static FailsafeAnswer answer(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        if (status != Response.OK) {
            return silent("HTTP status " + status + ": " + text(connection.getErrorStream()));
        }
        String said = text(connection.getInputStream());
        return said.equals(FailsafeEndpoints.ACCEPTED)
                ? new FailsafeAnswer.Accepted(
                        number(connection, FailsafeEndpoints.PLEDGE_HEADER).map(Duration::ofSeconds),
                        number(connection, FailsafeEndpoints.POSITION_HEADER).map(Lsn::new))
                : silent("expected \"" + FailsafeEndpoints.ACCEPTED + "\", found \"" + said + "\"");
    }

    private static Optional<Long> number(HttpURLConnection connection, String header) {
        try {
            return Optional.ofNullable(connection.getHeaderField(header)).map(Long::valueOf);
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    private static String text(@Nullable InputStream stream) throws IOException {
        if (stream == null) {
            return "";
        }
        try (stream) {
            return new String(stream.readNBytes(LONGEST_BODY), StandardCharsets.UTF_8);
        }
    }

    private static FailsafeAnswer silent(String why) {
        return new FailsafeAnswer.Refused(Ground.NO_ANSWER, why);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
