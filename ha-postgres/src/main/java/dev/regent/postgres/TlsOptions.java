package dev.regent.postgres;

import dev.regent.ha.tls.Identity;
import dev.regent.ha.tls.PemFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * What libpq's options about TLS ask for: whom to trust, and which certificate to show. Files that are not named are where
 * libpq looks for them, in {@code ~/.postgresql}. Immutable.
 */
record TlsOptions(Properties options) {
    private static final Path USUAL = Path.of(System.getProperty("user.home"), ".postgresql");

    /** The authorities that the operating system, here the JVM, trusts. */
    private static final String SYSTEM = "system";

    private static final Set<String> VERIFYING = Set.of("verify-ca", "verify-full");

    /** Empty when no certificate is shown. */
    KeyManager[] keyManagers() throws IOException {
        Path certificate = file("sslcert").orElse(USUAL.resolve("postgresql.crt"));
        if (file("sslcert").isEmpty() && !Files.exists(certificate)) {
            return new KeyManager[0];
        }
        Path key = file("sslkey").orElse(USUAL.resolve("postgresql.key"));
        return Identity.read(certificate, key, Optional.ofNullable(options.getProperty("sslpassword")))
                .keyManagers();
    }

    TrustManager[] trustManagers() throws IOException, GeneralSecurityException {
        boolean system = SYSTEM.equals(options.getProperty("sslrootcert"));
        Path authorities = file("sslrootcert").orElse(USUAL.resolve("root.crt"));
        String mode = options.getProperty("sslmode", "prefer");
        // libpq verifies with "require", too, when it has what to verify with
        boolean verifies =
                VERIFYING.contains(mode) || (mode.equals("require") && (system || Files.exists(authorities)));
        if (!verifies) {
            return new TrustManager[] {new AnyServer()};
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        if (system) {
            factory.init((KeyStore) null);
        } else {
            KeyStore trusted = PemFile.read(authorities).authorities();
            List<X509CRL> revoked = revocationLists();
            if (revoked.isEmpty()) {
                factory.init(trusted);
            } else {
                factory.init(new CertPathTrustManagerParameters(checking(trusted, revoked)));
            }
        }
        return factory.getTrustManagers();
    }

    private static PKIXBuilderParameters checking(KeyStore trusted, List<X509CRL> revoked)
            throws GeneralSecurityException {
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(trusted, new X509CertSelector());
        parameters.setRevocationEnabled(true);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(revoked)));
        return parameters;
    }

    private List<X509CRL> revocationLists() throws IOException {
        List<X509CRL> lists = new ArrayList<>();
        Optional<Path> directory = file("sslcrldir");
        Path list = file("sslcrl").orElse(USUAL.resolve("root.crl"));
        if (file("sslcrl").isPresent() || (directory.isEmpty() && Files.exists(list))) {
            lists.addAll(PemFile.read(list).revocationLists());
        }
        if (directory.isPresent()) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.get(), Files::isRegularFile)) {
                for (Path file : files) {
                    lists.addAll(PemFile.read(file).revocationLists());
                }
            }
        }
        return lists;
    }

    private Optional<Path> file(String option) {
        return Optional.ofNullable(options.getProperty(option))
                .filter(value -> !value.isEmpty())
                .map(Path::of);
    }

    /** For {@code sslmode} that encrypts and does not verify. */
    private static final class AnyServer implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException("this is a client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            // Whoever asks for no more gets no more
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
