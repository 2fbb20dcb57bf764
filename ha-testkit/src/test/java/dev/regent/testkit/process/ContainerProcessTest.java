package dev.regent.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where there is no container engine, every server of the tests has to be installed, and whoever lacks one is told so. */
class ContainerProcessTest {
    private static final int SILENCE_MILLIS = 500;

    @Test
    void aServerInAContainerIsHandledLikeALocalOneAndItsLackIsExplained() throws Exception {
        if (!ContainerProcess.isPossible()) {
            ServerProgram absent = new ServerProgram("a-program-that-nobody-has", "install it", "an-image");
            assertThatThrownBy(() -> absent.in(Path.of("/"), data -> List.of()))
                    .hasMessageContaining("expected the program a-program-that-nobody-has")
                    .hasMessageContaining("start the engine");
            return;
        }
        EtcdServer.Plan plan = EtcdServer.Plan.of("etcd");
        URI health = URI.create(plan.clientUrl() + "/health");
        List<String> command =
                ServerProgram.ETCD.commandInContainer(data -> plan.arguments(data, plan.asInitialMember()));

        ContainerProcess process = new ContainerProcess(ServerProgram.ETCD.chosenImage(), command);
        try (process) {
            process.start();
            Readiness.await("etcd", process, health, "true");

            process.freeze();
            assertThatThrownBy(() -> get(health)).isInstanceOf(SocketTimeoutException.class);
            process.thaw();
            Readiness.await("etcd", process, health, "true");

            process.stop();
            assertThat(process.isAlive()).isFalse();
            process.start();
            Readiness.await("etcd", process, health, "true");

            process.freeze();
            process.kill();
            assertThat(process.isAlive()).isFalse();
            assertThat(process.lastOutput()).isNotBlank();
        }
        assertThat(process.isAlive()).isFalse();
    }

    private static int get(URI question) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) question.toURL().openConnection();
        connection.setConnectTimeout(SILENCE_MILLIS);
        connection.setReadTimeout(SILENCE_MILLIS);
        return connection.getResponseCode();
    }
}
