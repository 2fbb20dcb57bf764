package dev.regent.rest;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Checks who signed a server's certificate, or nothing at all, and never for which host. Thread-safe. */
final class ServerTrust extends X509ExtendedTrustManager {
    private final Optional<X509TrustManager> chains;

    private ServerTrust(Optional<X509TrustManager> chains) {
        this.chains = chains;
    }

    /** @param authorities null for those of the JVM */
    static ServerTrust of(@Nullable KeyStore authorities) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        return new ServerTrust(Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst());
    }

    static ServerTrust anybody() {
        return new ServerTrust(Optional.empty());
    }

    private void check(X509Certificate[] chain, String type) throws CertificateException {
        if (chains.isPresent()) {
            chains.get().checkServerTrusted(chain, type);
        }
    }

    private static void refuseClients() throws CertificateException {
        throw new CertificateException("servers are checked here, clients are not");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        refuseClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        refuseClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        refuseClients();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chains.map(X509TrustManager::getAcceptedIssuers).orElseGet(() -> new X509Certificate[0]);
    }
}
