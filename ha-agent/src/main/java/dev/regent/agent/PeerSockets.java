package dev.regent.agent;

import dev.regent.rest.TlsFiles;
import java.io.IOException;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;

/** Makes the sockets by which other members are asked, from files that may be replaced meanwhile. Thread-safe. */
final class PeerSockets implements Supplier<SSLSocketFactory> {
    private volatile SSLSocketFactory current;

    PeerSockets(TlsFiles files) throws IOException {
        current = files.clientSockets();
    }

    /** Reads the files again for connections to come; when they cannot be used everything stays as it was. */
    void use(TlsFiles files) throws IOException {
        current = files.clientSockets();
    }

    @Override
    public SSLSocketFactory get() {
        return current;
    }
}
