package dev.regent.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.model.Address;
import dev.regent.testkit.process.TcpProxy.Mode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
    private static final int NOTHING_COMES_MILLIS = 200;
    private static final int SOMETHING_COMES_MILLIS = 10_000;

    private ServerSocket echo;
    private TcpProxy proxy;

    @BeforeEach
    void startEcho() throws IOException {
        echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread serving = new Thread(this::serve);
        serving.setDaemon(true);
        serving.start();
        proxy = TcpProxy.to(new Address(echo.getInetAddress().getHostAddress(), echo.getLocalPort()));
    }

    @AfterEach
    void stopEcho() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void whatIsSentPassesBothWays() throws IOException {
        try (Socket client = connect(proxy)) {
            assertThat(ask(client, 7)).isEqualTo(7);
            assertThat(proxy.connections()).isEqualTo(1);
        }
    }

    @Test
    void theEndOfAConnectionPassesToo() throws IOException {
        try (Socket client = connect(proxy)) {
            ask(client, 7);
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aStalledNetworkHoldsBytesBackUntilItHeals() throws IOException {
        for (Mode mode : new Mode[] {Mode.STALL, Mode.STALL_REQUESTS, Mode.STALL_REPLIES}) {
            proxy.set(Mode.PASS);
            try (Socket client = connect(proxy)) {
                ask(client, 1);
                proxy.set(mode);
                client.setSoTimeout(NOTHING_COMES_MILLIS);
                assertThatThrownBy(() -> ask(client, 2)).as("%s", mode).isInstanceOf(SocketTimeoutException.class);

                proxy.set(Mode.PASS);
                client.setSoTimeout(SOMETHING_COMES_MILLIS);
                assertThat(client.getInputStream().read()).as("%s", mode).isEqualTo(2);
            }
        }
    }

    @Test
    void aNewConnectionThroughAStalledNetworkIsServedWhenItHeals() throws IOException {
        proxy.set(Mode.STALL);
        try (Socket client = connect(proxy)) {
            client.getOutputStream().write(3);
            proxy.set(Mode.PASS);
            assertThat(client.getInputStream().read()).isEqualTo(3);
        }
    }

    @Test
    void aResettingNetworkEndsConnectionsAndTakesNoNewOnes() throws IOException {
        try (Socket client = connect(proxy)) {
            ask(client, 1);
            proxy.set(Mode.RESET);
            assertThatThrownBy(() -> ask(client, 2)).isInstanceOf(SocketException.class);
        }
        assertThatThrownBy(() -> {
                    try (Socket client = connect(proxy)) {
                        if (ask(client, 3) < 0) {
                            throw new SocketException("closed");
                        }
                    }
                })
                .isInstanceOf(SocketException.class);

        proxy.set(Mode.PASS);
        try (Socket client = connect(proxy)) {
            assertThat(ask(client, 4)).isEqualTo(4);
        }
    }

    @Test
    void aServerThatIsGoneResetsTheClient() throws IOException {
        echo.close();
        try (Socket client = connect(proxy)) {
            assertThatThrownBy(() -> {
                        if (ask(client, 1) < 0) {
                            throw new SocketException("closed");
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aSilentServerTakesConnectionsAndNeverAnswers() throws IOException {
        try (TcpProxy silent = TcpProxy.silent();
                Socket client = connect(silent)) {
            client.setSoTimeout(NOTHING_COMES_MILLIS);
            assertThatThrownBy(() -> ask(client, 1)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aClosedProxyLeavesNoConnection() throws IOException {
        try (Socket client = connect(proxy)) {
            ask(client, 1);
            proxy.close();
            assertThat(proxy.connections()).isZero();
            assertThatThrownBy(() -> ask(client, 2)).isInstanceOf(SocketException.class);
        }
    }

    private static Socket connect(TcpProxy to) throws IOException {
        Socket socket = new Socket(to.address().host(), to.address().port());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(SOMETHING_COMES_MILLIS);
        return socket;
    }

    private static int ask(Socket socket, int value) throws IOException {
        socket.getOutputStream().write(value);
        return socket.getInputStream().read();
    }

    private void serve() {
        while (!echo.isClosed()) {
            try {
                Socket connection = echo.accept();
                Thread thread = new Thread(() -> answer(connection));
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void answer(Socket connection) {
        try (connection) {
            for (int value = connection.getInputStream().read();
                    value >= 0;
                    value = connection.getInputStream().read()) {
                connection.getOutputStream().write(value);
            }
        } catch (IOException reset) {
            // The test is about what the client sees.
        }
    }
}
