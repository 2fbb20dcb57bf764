package dev.regent.rest;

import dev.regent.ha.tls.Identity;
import dev.regent.ha.tls.PemFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * The PEM files that TLS is spoken with. They are read when they are needed, so that whoever asks again gets what stands
 * in them then. Immutable; prints no password.
 *
 * @param certificate what is shown, with its chain
 * @param key its private key; stands in the file of the certificate when it is absent
 * @param keyPassword of a key that is encrypted
 * @param authorities whose signature under the other side's certificate is trusted
 */
public record TlsFiles(
        Optional<Path> certificate, Optional<Path> key, Optional<String> keyPassword, Optional<Path> authorities) {

    public static final TlsFiles NONE =
            new TlsFiles(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Absent when no certificate is shown. */
    Optional<Identity> identity() throws IOException {
        if (certificate.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Identity.read(certificate.get(), key.orElse(certificate.get()), keyPassword));
    }

    /** Absent when there is nobody to trust. */
    Optional<KeyStore> trusted() throws IOException {
        if (authorities.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(PemFile.read(authorities.get()).authorities());
    }

    /**
     * Sockets for a client that shows this certificate. The server's chain is checked when there are authorities to check it
     * with, its host name never: members are reached by whatever address they publish.
     */
    public SSLSocketFactory clientSockets() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            Optional<Identity> identity = identity();
            KeyManager[] keys = identity.isPresent() ? identity.get().keyManagers() : new KeyManager[0];
            Optional<KeyStore> trusted = trusted();
            TrustManager trust = trusted.isPresent() ? ServerTrust.of(trusted.get()) : ServerTrust.anybody();
            context.init(keys, new TrustManager[] {trust}, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException unusable) {
            throw new IOException("TLS cannot be spoken with " + this + ": " + unusable, unusable);
        }
    }

    /**
     * For a program that a person runs: members show a certificate that these authorities, or else the JVM's, have signed for
     * the host that was asked.
     *
     * @param insecure for whatever host; and where we show no certificate ourselves, whoever has signed it
     */
    public SSLContext toolContext(boolean insecure) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            Optional<Identity> identity = identity();
            context.init(
                    identity.isPresent() ? identity.get().keyManagers() : new KeyManager[0],
                    insecure ? new TrustManager[] {carelessTrust()} : trustManagers(),
                    null);
            return context;
        } catch (GeneralSecurityException unusable) {
            throw new IOException("TLS cannot be spoken with " + this + ": " + unusable, unusable);
        }
    }

    private TrustManager carelessTrust() throws GeneralSecurityException, IOException {
        return certificate.isPresent() ? ServerTrust.of(trusted().orElse(null)) : ServerTrust.anybody();
    }

    private TrustManager[] trustManagers() throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted().orElse(null));
        return factory.getTrustManagers();
    }

    @Override
    public String toString() {
        return "certificate " + certificate.map(Path::toString).orElse("none") + ", authorities "
                + authorities.map(Path::toString).orElse("none");
    }
}
