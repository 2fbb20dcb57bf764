package dev.regent.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class EtcdServerTest {
    private static final int ANSWERS_WITHIN_MILLIS = 10_000;
    private static final int SILENCE_MILLIS = 500;

    @Test
    void aServerKeepsItsDataWhenItIsStoppedAndWhenItIsKilled() throws Exception {
        try (EtcdServer server = EtcdServer.start()) {
            put(server, "a");
            server.stop();
            assertThat(server.isAlive()).isFalse();
            server.restart();
            assertThat(get(server)).contains(base64("a"));

            put(server, "b");
            server.kill();
            assertThatThrownBy(() -> get(server)).isInstanceOf(ConnectException.class);
            server.restart();
            assertThat(get(server)).contains(base64("b"));
        }
    }

    @Test
    void aFrozenServerIsSilentUntilItIsThawed() throws Exception {
        try (EtcdServer server = EtcdServer.start()) {
            server.freeze();
            assertThatThrownBy(() -> call(server, "range", "{\"key\":\"" + base64("key") + "\"}", SILENCE_MILLIS))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(server.isAlive()).isTrue();

            server.thaw();
            put(server, "a");
            assertThat(get(server)).contains(base64("a"));
        }
    }

    @Test
    void aFrozenServerCanBeKilledAndClosingLeavesNobodyListening() throws Exception {
        EtcdServer server = EtcdServer.start();
        server.freeze();
        server.kill();
        server.restart();
        server.close();

        assertThat(server.isAlive()).isFalse();
        assertThatThrownBy(() -> get(server)).isInstanceOf(ConnectException.class);
    }

    @Test
    void aClusterOfThreeSurvivesTheLossOfOne() throws Exception {
        try (EtcdCluster cluster = EtcdCluster.ofThree()) {
            put(cluster.member(0), "a");
            cluster.member(0).kill();
            cluster.member(1).restart();

            put(cluster.member(1), "b");
            assertThat(get(cluster.member(2))).contains(base64("b"));

            cluster.restart();
            assertThat(get(cluster.member(0))).contains(base64("b"));
            assertThat(cluster.endpoints()).doesNotHaveDuplicates().hasSize(3);
        }
    }

    private static void put(EtcdServer server, String value) throws IOException {
        String body = "{\"key\":\"" + base64("key") + "\",\"value\":\"" + base64(value) + "\"}";
        call(server, "put", body, ANSWERS_WITHIN_MILLIS);
    }

    private static String get(EtcdServer server) throws IOException {
        return call(server, "range", "{\"key\":\"" + base64("key") + "\"}", ANSWERS_WITHIN_MILLIS);
    }

    private static String call(EtcdServer server, String what, String body, int timeout) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create(server.endpoint() + "/v3/kv/" + what).toURL().openConnection();
        connection.setConnectTimeout(timeout);
        connection.setReadTimeout(timeout);
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
