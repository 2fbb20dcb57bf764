package dev.regent.rest;

import dev.regent.ha.tls.Identity;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the listener shows and asks for when a client begins with TLS. Other files, or other content in them, take effect
 * for connections that begin afterwards; those that exist go on. Thread-safe.
 */
final class TlsDoor {
    private static final Logger LOG = LoggerFactory.getLogger(TlsDoor.class);

    /** All that there is to know of it; equal contents mean that nothing has changed. */
    private record Contents(
            TlsSettings settings, Identity identity, List<java.security.cert.Certificate> authorities) {}

    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private @Nullable Contents contents;

    TlsDoor(TlsSettings settings) throws IOException {
        // Any JVM of today refuses what is weak by itself; this list knows ciphers by their Java names only.
        factory.setEndpointIdentificationAlgorithm(null);
        adopt(settings);
    }

    SslContextFactory.Server factory() {
        return factory;
    }

    /** Reads the files; when that fails, everything stays as it was. */
    synchronized void adopt(TlsSettings settings) throws IOException {
        Identity identity = settings.files().identity().orElseThrow();
        Optional<KeyStore> trusted = settings.files().trusted();
        try {
            Contents next = new Contents(settings, identity, trusted.isPresent() ? all(trusted.get()) : List.of());
            if (next.equals(contents)) {
                return;
            }
            KeyStore keys = identity.keyStore();
            String[] suites = suites(settings);
            factory.reload(changed -> {
                changed.setKeyStore(keys);
                changed.setKeyStorePassword(Identity.password());
                changed.setTrustStore(trusted.orElse(null));
                changed.setIncludeCipherSuites(suites);
            });
            factory.setNeedClientAuth(settings.clientCertificates() == ClientCertificates.REQUIRED);
            factory.setWantClientAuth(settings.clientCertificates() == ClientCertificates.OPTIONAL);
            contents = next;
            LOG.info(
                    "the REST API shows certificate {} of {}, valid until {}",
                    identity.chain().get(0).getSerialNumber().toString(16),
                    identity.chain().get(0).getSubjectX500Principal(),
                    identity.chain().get(0).getNotAfter().toInstant());
        } catch (GeneralSecurityException | IllegalStateException unusable) {
            throw unusable(settings, unusable);
        } catch (IOException | IllegalArgumentException told) {
            throw told;
        } catch (Exception unusable) {
            throw unusable(settings, unusable);
        }
    }

    private static IOException unusable(TlsSettings settings, Exception cause) {
        return new IOException("TLS cannot be spoken with " + settings.files() + ": " + cause, cause);
    }

    private static List<java.security.cert.Certificate> all(KeyStore store) throws GeneralSecurityException {
        java.util.ArrayList<java.security.cert.Certificate> certificates = new java.util.ArrayList<>();
        for (String alias : java.util.Collections.list(store.aliases())) {
            certificates.add(store.getCertificate(alias));
        }
        return List.copyOf(certificates);
    }

    private static String[] suites(TlsSettings settings) throws GeneralSecurityException {
        if (settings.ciphers().isEmpty()) {
            return new String[0];
        }
        String[] supported = SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites();
        return CipherList.select(settings.ciphers().get(), Arrays.asList(supported))
                .toArray(new String[0]);
    }
}
