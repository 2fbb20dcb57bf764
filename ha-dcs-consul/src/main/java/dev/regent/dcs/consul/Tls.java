package dev.regent.dcs.consul;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLContext;
import org.apache.http.config.Registry;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.NoopHostnameVerifier;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.conn.ssl.TrustAllStrategy;
import org.apache.http.ssl.SSLContextBuilder;

/** Turns the PEM files of the settings into sockets. Files are read once. Stateless. */
final class Tls {
    /** The key store lives in memory only, so its password protects nothing. */
    private static final char[] NO_PASSWORD = new char[0];

    private Tls() {}

    static Registry<ConnectionSocketFactory> sockets(ConsulSettings settings) {
        RegistryBuilder<ConnectionSocketFactory> sockets =
                RegistryBuilder.<ConnectionSocketFactory>create().register("http", new PlainConnectionSocketFactory());
        if (settings.isTls()) {
            HostnameVerifier hosts = settings.verify()
                    ? SSLConnectionSocketFactory.getDefaultHostnameVerifier()
                    : NoopHostnameVerifier.INSTANCE;
            sockets.register("https", new SSLConnectionSocketFactory(context(settings), hosts));
        }
        return sockets.build();
    }

    private static SSLContext context(ConsulSettings settings) {
        try {
            SSLContextBuilder builder = SSLContextBuilder.create();
            if (!settings.verify()) {
                builder.loadTrustMaterial(null, TrustAllStrategy.INSTANCE);
            } else if (settings.caCertificates().isPresent()) {
                builder.loadTrustMaterial(authorities(settings.caCertificates().get()), null);
            }
            if (settings.certificate().isPresent()) {
                Path certificate = settings.certificate().get();
                builder.loadKeyMaterial(identity(certificate, settings.key().orElse(certificate)), NO_PASSWORD);
            }
            return builder.build();
        } catch (GeneralSecurityException | IOException wrong) {
            throw new IllegalArgumentException("The TLS settings of the consul section do not work: " + wrong, wrong);
        }
    }

    private static KeyStore authorities(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        int number = 0;
        for (X509Certificate authority : Pem.read(file).certificates()) {
            store.setCertificateEntry("authority-" + number++, authority);
        }
        return store;
    }

    private static KeyStore identity(Path certificate, Path key) throws GeneralSecurityException, IOException {
        List<X509Certificate> chain = Pem.read(certificate).certificates();
        KeyStore store = empty();
        store.setKeyEntry("client", Pem.read(key).privateKey(), NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
