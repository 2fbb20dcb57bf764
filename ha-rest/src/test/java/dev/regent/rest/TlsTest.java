package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.spi.PeerStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API over real TLS connections. */
class TlsTest {
    private static final int ANSWER_WITHIN_MILLIS = 30_000;

    @TempDir
    private static Path folder;

    private static Certificates made;

    @BeforeAll
    static void makeCertificates() throws Exception {
        made = Certificates.in(folder);
    }

    @Test
    void whoTrustsTheAuthorityIsAnsweredWithTheHeadersOfBothKinds() throws Exception {
        RestSettings settings = tls(ClientCertificates.NONE)
                .withAnswers(new AnswerSettings(
                        ServerToken.PRODUCT_ONLY,
                        java.util.Map.of("X-Kind", "plain", "X-Plain", "1"),
                        java.util.Map.of("x-kind", "tls")));
        try (Api api = new Api(new FakeNode("pg-a").leads(), builder -> builder.settings(settings))) {
            Reply reply = Reply.of(ask(api.port(), withoutCertificate(), "GET", "/primary"));

            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            assertThat(reply.header("Server")).hasValue("Patroni");
            assertThat(reply.header("X-Kind")).hasValue("tls");
            assertThat(reply.header("X-Plain")).hasValue("1");
        }
    }

    @Test
    void withOptionalCertificatesOnlyWhoShowsOneMayChangeSomething() throws Exception {
        try (Api api = new Api(new FakeNode("pg-a").leads(), with(tls(ClientCertificates.OPTIONAL)))) {
            assertThat(Reply.of(ask(api.port(), withoutCertificate(), "GET", "/primary"))
                            .status())
                    .isEqualTo(200);
            Reply refused = Reply.of(ask(api.port(), withoutCertificate(), "POST", "/reload"));
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.body()).isEqualTo("client certificate required");
            assertThat(Reply.of(ask(api.port(), as("client"), "POST", "/reload"))
                            .status())
                    .isEqualTo(202);
            assertThatThrownBy(() -> ask(api.port(), as("stranger"), "GET", "/primary"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void withRequiredCertificatesNobodyIsSpokenToWithoutOne() throws Exception {
        try (Api api = new Api(new FakeNode("pg-a").leads(), with(tls(ClientCertificates.REQUIRED)))) {
            assertThatThrownBy(() -> ask(api.port(), withoutCertificate(), "GET", "/primary"))
                    .isInstanceOf(IOException.class);
            assertThat(Reply.of(ask(api.port(), as("client"), "GET", "/primary"))
                            .status())
                    .isEqualTo(200);
            assertThat(Reply.of(ask(api.port(), as("client"), "POST", "/reload"))
                            .status())
                    .isEqualTo(202);
        }
    }

    @Test
    void peersAreAskedOverTls() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b"), with(tls(ClientCertificates.REQUIRED)))) {
            String url = "https://127.0.0.1:" + api.port() + "/patroni";
            try (RestPeers known = new RestPeers(Duration.ofSeconds(30), () -> as("client"));
                    RestPeers unknown = new RestPeers(Duration.ofSeconds(30), () -> withoutCertificate())) {
                assertThat(known.ask(url)).isInstanceOf(PeerStatus.Answer.class);
                assertThat(unknown.ask(url)).isInstanceOf(PeerStatus.Silent.class);
            }
        }
    }

    @Test
    void aServerOfAnotherAuthorityIsNotBelievedUnlessAnybodyIs() throws Exception {
        TlsFiles other = new TlsFiles(
                Optional.of(made.certificate("client")),
                Optional.of(made.key("client")),
                Optional.empty(),
                Optional.of(made.certificate("stranger")));
        try (Api api = new Api(new FakeNode("pg-b"), with(tls(ClientCertificates.NONE)))) {
            SSLSocketFactory distrusting = other.clientSockets();
            assertThatThrownBy(() -> ask(api.port(), distrusting, "GET", "/replica"))
                    .isInstanceOf(IOException.class);
            assertThat(Reply.of(ask(api.port(), TlsFiles.NONE.clientSockets(), "GET", "/replica"))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aNewCertificateIsShownWithoutARestartAndOldConnectionsGoOn() throws Exception {
        Path certificate = folder.resolve("current.pem");
        Path key = folder.resolve("current.key");
        copy("server", certificate, key);
        RestSettings settings = RestSettings.listeningOn("127.0.0.1", 0)
                .withTls(new TlsSettings(
                        new TlsFiles(Optional.of(certificate), Optional.of(key), Optional.empty(), Optional.empty()),
                        Optional.empty(),
                        ClientCertificates.NONE));
        try (Api api = new Api(new FakeNode("pg-a").leads(), with(settings));
                SSLSocket before = connect(api.port(), withoutCertificate())) {
            assertThat(subject(before)).isEqualTo("CN=server");

            copy("renewed", certificate, key);
            api.reconfigure(settings);

            try (SSLSocket after = connect(api.port(), withoutCertificate())) {
                assertThat(subject(after)).isEqualTo("CN=renewed");
            }
            before.getOutputStream().write(request("GET", "/primary"));
            assertThat(Reply.of(read(before)).status()).isEqualTo(200);

            Files.writeString(key, "broken");
            assertThatThrownBy(() -> api.reconfigure(settings))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("expected a private key in PEM form in " + key);
            assertThat(Reply.of(ask(api.port(), withoutCertificate(), "GET", "/primary"))
                            .status())
                    .as("what was shown before is still shown")
                    .isEqualTo(200);
        }
    }

    @Test
    void aListenerChangesToTlsAndBack() throws Exception {
        try (Api api = new Api(new FakeNode("pg-a").leads())) {
            api.reconfigure(tls(ClientCertificates.NONE));
            assertThat(Reply.of(ask(api.port(), withoutCertificate(), "GET", "/primary"))
                            .status())
                    .isEqualTo(200);

            api.reconfigure(RestSettings.listeningOn("127.0.0.1", 0));
            assertThat(api.get("/primary").status()).isEqualTo(200);
        }
    }

    @Test
    void onlyTheCiphersOfTheListAreSpoken() throws Exception {
        RestSettings settings = RestSettings.listeningOn("127.0.0.1", 0)
                .withTls(new TlsSettings(
                        made.files("server"), Optional.of("ECDHE-ECDSA-AES256-GCM-SHA384"), ClientCertificates.NONE));
        try (Api api = new Api(new FakeNode("pg-a").leads(), with(settings))) {
            try (SSLSocket socket = (SSLSocket) withoutCertificate().createSocket("127.0.0.1", api.port())) {
                socket.setEnabledProtocols(new String[] {"TLSv1.2"});
                socket.startHandshake();
                assertThat(socket.getSession().getCipherSuite()).isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
            }
            try (SSLSocket socket = (SSLSocket) withoutCertificate().createSocket("127.0.0.1", api.port())) {
                socket.setEnabledProtocols(new String[] {"TLSv1.2"});
                socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"});
                assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void plainHttpToATlsPortIsNotAnsweredAsHttp() throws Exception {
        try (Api api = new Api(new FakeNode("pg-a").leads(), with(tls(ClientCertificates.NONE)));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
            socket.setSoTimeout(ANSWER_WITHIN_MILLIS);
            socket.getOutputStream().write(request("GET", "/primary"));

            byte[] answer = readUntilClosed(socket);

            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotStartWith("HTTP/");
        }
    }

    private static byte[] readUntilClosed(Socket socket) {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (IOException closed) {
            return new byte[0];
        }
    }

    private static RestSettings tls(ClientCertificates certificates) {
        return RestSettings.listeningOn("127.0.0.1", 0)
                .withTls(new TlsSettings(made.files("server"), Optional.empty(), certificates));
    }

    private static java.util.function.UnaryOperator<RestServer.Builder> with(RestSettings settings) {
        return builder -> builder.settings(settings);
    }

    private static SSLSocketFactory as(String name) {
        return sockets(made.files(name));
    }

    private static SSLSocketFactory withoutCertificate() {
        return sockets(new TlsFiles(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(made.certificate("ca"))));
    }

    private static SSLSocketFactory sockets(TlsFiles files) {
        try {
            return files.clientSockets();
        } catch (IOException unusable) {
            throw new IllegalStateException(unusable);
        }
    }

    private static SSLSocket connect(int port, SSLSocketFactory sockets) throws IOException {
        SSLSocket socket = (SSLSocket) sockets.createSocket("127.0.0.1", port);
        socket.setSoTimeout(ANSWER_WITHIN_MILLIS);
        socket.startHandshake();
        return socket;
    }

    private static String ask(int port, SSLSocketFactory sockets, String method, String path) throws IOException {
        try (SSLSocket socket = connect(port, sockets)) {
            socket.getOutputStream().write(request(method, path));
            return read(socket);
        }
    }

    private static byte[] request(String method, String path) {
        String text = method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String read(Socket socket) throws IOException {
        String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (text.isEmpty()) {
            throw new IOException("the connection was closed without an answer");
        }
        return text;
    }

    private static String subject(SSLSocket socket) throws IOException {
        X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return shown.getSubjectX500Principal().getName();
    }

    private static void copy(String name, Path certificate, Path key) throws IOException {
        Files.copy(made.certificate(name), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(made.key(name), key, StandardCopyOption.REPLACE_EXISTING);
    }
}
