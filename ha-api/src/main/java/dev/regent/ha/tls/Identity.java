package dev.regent.ha.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** Who one is to the other side: a certificate with its chain, and its private key. Immutable; never printed. */
public record Identity(List<X509Certificate> chain, PrivateKey key) {
    /** Stores live in memory, so that their password protects nothing. */
    private static final String IN_MEMORY = "in memory";

    public Identity {
        chain = List.copyOf(chain);
    }

    /** Read anew; the password is for a key that is encrypted. */
    public static Identity read(Path certificate, Path key, Optional<String> password) throws IOException {
        PemFile file = PemFile.read(certificate);
        PemFile keyFile = key.equals(certificate) ? file : PemFile.read(key);
        return new Identity(file.certificates(), keyFile.privateKey(password));
    }

    /** Its only entry; opened with {@link #password()}. */
    public KeyStore keyStore() throws IOException {
        try {
            KeyStore store = emptyStore();
            store.setKeyEntry("regent", key, IN_MEMORY.toCharArray(), chain.toArray(new X509Certificate[0]));
            return store;
        } catch (GeneralSecurityException unusable) {
            throw new IOException("the certificate and its key cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    /** Of {@link #keyStore()}. */
    public static String password() {
        return IN_MEMORY;
    }

    /** For a context that shows this certificate. */
    public KeyManager[] keyManagers() throws IOException {
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keyStore(), IN_MEMORY.toCharArray());
            return factory.getKeyManagers();
        } catch (GeneralSecurityException unusable) {
            throw new IOException("the certificate and its key cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    @Override
    public String toString() {
        return "Identity[" + chain.get(0).getSubjectX500Principal() + "]";
    }
}
