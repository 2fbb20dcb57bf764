package dev.regent.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/**
 * Lets the JDBC driver speak TLS with the files that libpq is given: keys in PEM form, encrypted or not, and revocation
 * lists, which its own sockets do not take. The driver creates one by name for each connection, so that renewed files need
 * no restart, and compares the host's name itself. Immutable.
 */
public final class TlsSockets extends SSLSocketFactory {
    private final SSLSocketFactory sockets;

    /** Reads the files that the connection's properties name by libpq's names. */
    public TlsSockets(Properties connection) throws IOException {
        TlsOptions options = new TlsOptions(connection);
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(options.keyManagers(), options.trustManagers(), null);
            sockets = context.getSocketFactory();
        } catch (GeneralSecurityException unusable) {
            throw new IOException("TLS cannot be spoken with PostgreSQL: " + unusable.getMessage(), unusable);
        }
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return sockets.createSocket(socket, host, port, autoClose);
    }

    @Override
    public Socket createSocket() throws IOException {
        return sockets.createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return sockets.createSocket(host, port, localHost, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return sockets.createSocket(address, port, localAddress, localPort);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return sockets.getSupportedCipherSuites();
    }
}
