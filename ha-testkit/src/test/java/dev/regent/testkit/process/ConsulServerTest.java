package dev.regent.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import org.junit.jupiter.api.Test;

class ConsulServerTest {
    private static final int SILENCE_MILLIS = 500;
    private static final int OK = 200;

    @Test
    void anAgentServesClientsUntilItIsFrozenOrGone() throws Exception {
        try (ConsulServer server = ConsulServer.start()) {
            assertThat(get(server)).isEqualTo(OK);

            server.freeze();
            assertThatThrownBy(() -> get(server)).isInstanceOf(SocketTimeoutException.class);
            server.thaw();
            server.kill();
            assertThatThrownBy(() -> get(server)).isInstanceOf(ConnectException.class);

            server.restart();
            assertThat(get(server)).isEqualTo(OK);
        }
    }

    private static int get(ConsulServer server) throws Exception {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create(server.endpoint() + "/v1/status/leader").toURL().openConnection();
        connection.setConnectTimeout(SILENCE_MILLIS);
        connection.setReadTimeout(SILENCE_MILLIS);
        return connection.getResponseCode();
    }
}
