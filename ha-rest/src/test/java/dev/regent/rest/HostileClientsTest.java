package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.rest.CrowdedConnector.Visitor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever clients do or leave undone on their connections, a health check is answered. */
class HostileClientsTest {
    private static final int MORE_THAN_THERE_IS_ROOM_FOR = CrowdedConnector.ROOM + 500;
    private static final int MORE_THAN_THERE_ARE_THREADS = 200;
    /** A health check takes a millisecond; load balancers wait for some seconds. The rest is for a busy machine. */
    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    private final FakeNode node = new FakeNode("pg-a").leads();
    private final List<Socket> sockets = new ArrayList<>();
    private Api api;

    @BeforeEach
    void start() throws Exception {
        api = new Api(node);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        api.close();
    }

    @Test
    void aCrowdThatSaysNothingIsShownOutForWhoAsks() throws Exception {
        for (int i = 0; i < MORE_THAN_THERE_IS_ROOM_FOR; i++) {
            open();
        }

        for (int i = 0; i < 100; i++) {
            assertHealthy();
        }
    }

    @Test
    void whoOnlySitsThereLeavesFirstThenWhoIsSilentForLongest() {
        Visitor sitting = new Visitor(new ByteArrayEndPoint(), false, false, 2000);
        Visitor silent = new Visitor(new ByteArrayEndPoint(), true, false, 9000);
        Visitor lively = new Visitor(new ByteArrayEndPoint(), true, false, 10);
        Visitor justCome = new Visitor(new ByteArrayEndPoint(), false, false, 0);

        assertThat(Stream.of(justCome, lively, silent, sitting).sorted(CrowdedConnector.LEAVING_FIRST))
                .containsExactly(sitting, silent, lively, justCome);
    }

    @Test
    void aCrowdThatHasAskedOnceIsShownOutForWhoAsks() throws Exception {
        for (int i = 0; i < MORE_THAN_THERE_IS_ROOM_FOR; i++) {
            ask(open());
        }

        assertHealthy();
    }

    @Test
    void whoWaitsForAnAnswerIsNotShownOut() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        node.asked(() -> {
            awaited(goOn);
            return Orders.primary();
        });
        Socket waiting = open();
        waiting.getOutputStream().write(request("GET", "/patroni", ""));

        for (int i = 0; i < MORE_THAN_THERE_IS_ROOM_FOR; i++) {
            open();
        }
        goOn.countDown();

        assertThat(firstLine(waiting)).isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void headersThatDribbleInHoldNoThread() throws Exception {
        for (int i = 0; i < MORE_THAN_THERE_ARE_THREADS; i++) {
            open().getOutputStream()
                    .write("GET /primary HTTP/1.1\r\nHost: x\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
        }

        assertHealthy();
    }

    @Test
    void bodiesThatDribbleInHoldNoThreadAndAreNotHeardToTheirEnd() throws Exception {
        byte[] begun = request("PATCH", "/config", "Content-Length: 100000\r\n");
        for (int i = 0; i < MORE_THAN_THERE_ARE_THREADS; i++) {
            open().getOutputStream().write(begun);
        }
        assertHealthy();
        assertThat(api.get("/cluster").status())
                .as("what needs the store as well")
                .isEqualTo(200);

        assertThat(isGivenUpWithin(JettyBridge.LONGEST_BODY.plus(SOON), sockets.get(0)))
                .isTrue();
        assertThat(api.entry("config")).isEqualTo(Orders.entries().get("config"));
    }

    @Test
    void handshakesThatNeverEndHoldNoThread() throws Exception {
        Certificates made = Certificates.in(folder);
        api.reconfigure(RestSettings.listeningOn("127.0.0.1", 0)
                .withTls(new TlsSettings(made.files("server"), Optional.empty(), ClientCertificates.NONE)));
        byte[] begunHello = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01};
        for (int i = 0; i < MORE_THAN_THERE_IS_ROOM_FOR; i++) {
            open().getOutputStream().write(begunHello);
        }

        try (RestPeers peers = new RestPeers(SOON, () -> anybody())) {
            assertThat(peers.ask("https://127.0.0.1:" + api.port() + "/patroni"))
                    .isInstanceOf(dev.regent.ha.spi.PeerStatus.Answer.class);
        }
    }

    @Test
    void aBodyWithoutEndIsRefused() throws Exception {
        Reply endless = api.raw("PATCH /config HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Transfer-Encoding: chunked\r\n\r\nfff\r\n{\"ttl\":");
        Reply enormous = api.raw("PATCH /config HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Content-Length: 99999999999\r\n\r\n{\"ttl\":");

        assertThat(endless.status()).isEqualTo(411);
        assertThat(enormous.status()).isEqualTo(413);
    }

    @Test
    void headersWithoutEndAreRefused() throws Exception {
        Reply reply = api.raw("GET /primary HTTP/1.1\r\nHost: x\r\n" + "X-More: and more\r\n".repeat(10_000) + "\r\n");

        assertThat(reply.status()).isEqualTo(431);
    }

    @Test
    void aServerThatHangsHoldsUpNoHealthCheckForLong() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        node.asked(() -> {
            awaited(never);
            return DatabaseStatus.of(DatabaseStatus.ServerState.UNRESPONSIVE);
        });
        try {
            for (int i = 0; i < MORE_THAN_THERE_ARE_THREADS; i++) {
                Socket socket = open();
                socket.getOutputStream().write(request("GET", i % 2 == 0 ? "/patroni" : "/metrics", ""));
            }
            for (int i = 0; i < 50; i++) {
                assertHealthy();
            }
        } finally {
            never.countDown();
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static javax.net.ssl.SSLSocketFactory anybody() {
        try {
            return TlsFiles.NONE.clientSockets();
        } catch (IOException unusable) {
            throw new IllegalStateException(unusable);
        }
    }

    private Socket open() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port());
        socket.setSoTimeout((int) SOON.plus(SOON).toMillis());
        sockets.add(socket);
        return socket;
    }

    private void assertHealthy() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
            socket.setSoTimeout((int) SOON.toMillis());
            ask(socket);
        }
    }

    private static void ask(Socket socket) throws IOException {
        socket.getOutputStream().write(request("OPTIONS", "/primary", ""));
        assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 200 OK");
    }

    private static byte[] request(String method, String path, String headers) {
        return (method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads the whole head, so that the next answer begins where this one ends. */
    private static String firstLine(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("closed after \"" + head + "\"");
            }
            head.append((char) next);
        }
        return head.substring(0, head.indexOf("\r\n"));
    }

    private static boolean isGivenUpWithin(Duration patience, Socket socket) throws IOException {
        socket.setSoTimeout((int) patience.toMillis());
        try {
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.isEmpty() || !answer.startsWith("HTTP/1.1 200");
        } catch (SocketException reset) {
            return true;
        }
    }
}
