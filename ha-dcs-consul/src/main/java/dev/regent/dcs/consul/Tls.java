package dev.regent.dcs.consul;

import dev.regent.ha.tls.Identity;
import dev.regent.ha.tls.PemFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
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
                builder.loadTrustMaterial(
                        PemFile.read(settings.caCertificates().get()).authorities(), null);
            }
            if (settings.certificate().isPresent()) {
                Path certificate = settings.certificate().get();
                Identity identity = Identity.read(certificate, settings.key().orElse(certificate), Optional.empty());
                builder.loadKeyMaterial(identity.keyStore(), Identity.password().toCharArray());
            }
            return builder.build();
        } catch (GeneralSecurityException | IOException wrong) {
            throw new IllegalArgumentException("The TLS settings of the consul section do not work: " + wrong, wrong);
        }
    }
}
