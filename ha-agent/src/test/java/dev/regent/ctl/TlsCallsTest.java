package dev.regent.ctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.regent.rest.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members whose API speaks TLS: whom the command line trusts, and what it shows. */
class TlsCallsTest {
    private static final char[] PASSWORD = "not-secret".toCharArray();

    @TempDir
    private static Path folder;

    private static Path certificate;
    private static Path key;
    private static HttpsServer open;
    private static HttpsServer closed;

    @BeforeAll
    static void startServers() throws Exception {
        Path store = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "me",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=me",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-ext",
                        "bc:c",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        certificate = pem("CERTIFICATE", keys.getCertificate("me").getEncoded());
        key = pem("PRIVATE KEY", keys.getKey("me", PASSWORD).getEncoded());
        open = serve(keys, false);
        closed = serve(keys, true);
    }

    @AfterAll
    static void stopServers() {
        open.stop(0);
        closed.stop(0);
    }

    private static Path pem(String label, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder().encodeToString(content);
        return Files.writeString(
                folder.resolve(label.replace(' ', '-') + ".pem"),
                "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
    }

    private static HttpsServer serve(KeyStore keys, boolean asksForCertificates) throws Exception {
        KeyManagerFactory shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        shown.init(keys, PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        authorities.setCertificateEntry("me", keys.getCertificate("me"));
        trusted.init(authorities);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown.getKeyManagers(), trusted.getTrustManagers(), null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters tls = context.getDefaultSSLParameters();
                tls.setNeedClientAuth(asksForCertificates);
                parameters.setSSLParameters(tls);
            }
        });
        server.createContext("/", exchange -> {
            byte[] answer = "hello".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }

    @Test
    void aMemberIsTrustedWhoseAuthorityIsKnown() throws Exception {
        assertThat(ask(open, trusting(), false)).isEqualTo("hello");
        assertThatThrownBy(() -> ask(open, TlsFiles.NONE, false)).isInstanceOf(IOException.class);
    }

    @Test
    void whoAsksForItTrustsAnybody() throws Exception {
        assertThat(ask(open, TlsFiles.NONE, true)).isEqualTo("hello");
    }

    @Test
    void aCertificateIsShownWhereOneIsWanted() throws Exception {
        TlsFiles showing =
                new TlsFiles(Optional.of(certificate), Optional.of(key), Optional.empty(), Optional.of(certificate));

        assertThat(ask(closed, showing, false)).isEqualTo("hello");
        assertThat(ask(closed, showing, true)).isEqualTo("hello");
        assertThatThrownBy(() -> ask(closed, trusting(), false)).isInstanceOf(IOException.class);
    }

    @Test
    void withACertificateOfOurOwnTheChainIsCheckedEvenForTheCareless() {
        TlsFiles showing = new TlsFiles(Optional.of(certificate), Optional.of(key), Optional.empty(), Optional.empty());

        assertThatThrownBy(() -> ask(open, showing, true)).isInstanceOf(IOException.class);
    }

    @Test
    void filesThatAreMissingAreNamed() {
        TlsFiles missing = new TlsFiles(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(folder.resolve("none.pem")));

        assertThatThrownBy(() -> ask(open, missing, false)).hasMessageContaining("none.pem");
    }

    private static TlsFiles trusting() {
        return new TlsFiles(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(certificate));
    }

    private static String ask(HttpsServer server, TlsFiles files, boolean insecure) throws Exception {
        String url = "https://127.0.0.1:" + server.getAddress().getPort() + "/patroni";
        return new RestCalls(Optional.empty(), files, insecure)
                .send("POST", url, "reload")
                .body();
    }
}
