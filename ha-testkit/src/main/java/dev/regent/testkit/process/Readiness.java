package dev.regent.testkit.process;

import dev.regent.ha.engine.Ticker;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits until a server answers an HTTP request as expected. */
final class Readiness {
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int ANSWERS_WITHIN_MILLIS = 2000;

    private Readiness() {}

    static void await(String server, ServerProcess process, URI question, String answer)
            throws IOException, InterruptedException {
        Ticker ticker = Ticker.system();
        Duration deadline = ticker.read().plus(STARTS_WITHIN);
        while (!answers(question, answer)) {
            if (!process.isAlive()) {
                throw new IOException("expected " + server + " to start, but it ended:\n" + process.lastOutput());
            }
            if (ticker.read().compareTo(deadline) > 0) {
                throw new IOException("expected " + server + " to answer " + question + " within " + STARTS_WITHIN
                        + ", but it does not:\n" + process.lastOutput());
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    private static boolean answers(URI question, String expected) {
        try {
            HttpURLConnection connection = (HttpURLConnection) question.toURL().openConnection();
            connection.setConnectTimeout(ANSWERS_WITHIN_MILLIS);
            connection.setReadTimeout(ANSWERS_WITHIN_MILLIS);
            String answer = new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.contains(expected);
        } catch (IOException notYet) {
            return false;
        }
    }
}
