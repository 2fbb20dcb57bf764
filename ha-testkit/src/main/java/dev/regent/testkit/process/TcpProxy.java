package dev.regent.testkit.process;

import dev.regent.ha.model.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network between a client and a server that fails on command. Bytes that are held back are not lost: they pass when the
 * network heals, as on a real one, or the connection ends. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int BACKLOG = 128;
    private static final int CONNECTS_WITHIN_MILLIS = 5000;

    /** What the network does with connections, those that exist and new ones. */
    public enum Mode {
        PASS,
        /** Connections succeed and stay, no byte passes. */
        STALL,
        /** What the client sends does not arrive; what the server sends does. */
        STALL_REQUESTS,
        /** What the client sends arrives; what the server answers does not. */
        STALL_REPLIES,
        /** Connections are reset, new ones too. */
        RESET
    }

    private final Optional<Address> target;
    private final ServerSocket listener;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();

    private final Object gate = new Object();
    private Mode mode = Mode.PASS;
    private boolean closed;

    private TcpProxy(Optional<Address> target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next()), BACKLOG);
        inBackground(this::accept, "accept");
    }

    /** A network that passes everything on to the server, until it is told otherwise. */
    public static TcpProxy to(Address target) throws IOException {
        return new TcpProxy(Optional.of(target));
    }

    /** A server that takes connections and never answers. */
    public static TcpProxy silent() throws IOException {
        return new TcpProxy(Optional.empty());
    }

    /** Where clients connect instead of to the server. */
    public Address address() {
        return new Address(listener.getInetAddress().getHostAddress(), listener.getLocalPort());
    }

    /** What the network does from now on, also with bytes that it holds back already. */
    public void set(Mode wanted) {
        synchronized (gate) {
            mode = wanted;
            gate.notifyAll();
        }
        if (wanted == Mode.RESET) {
            resetConnections();
        }
    }

    /** Resets the present connections; new ones are treated as before. */
    public void resetConnections() {
        links.forEach(Link::reset);
    }

    public int connections() {
        return links.size();
    }

    @Override
    public void close() {
        synchronized (gate) {
            closed = true;
            gate.notifyAll();
        }
        try {
            listener.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        resetConnections();
    }

    private void accept() {
        while (!isClosed()) {
            try {
                open(new Link(listener.accept()));
            } catch (IOException closedOrGone) {
                // Either close() was called, or a client gave up before it was served.
            }
        }
    }

    private void open(Link link) {
        links.add(link);
        if (isClosed() || mode() == Mode.RESET) {
            link.reset();
        } else if (target.isPresent()) {
            inBackground(() -> link.connect(target.get()), "connect");
        }
    }

    private boolean isClosed() {
        synchronized (gate) {
            return closed;
        }
    }

    private Mode mode() {
        synchronized (gate) {
            return mode;
        }
    }

    /** Waits while the network holds back what flows in this direction. */
    private void awaitPassage(Mode direction) throws InterruptedException {
        synchronized (gate) {
            while (!closed && (mode == Mode.STALL || mode == direction)) {
                gate.wait();
            }
        }
    }

    private static void inBackground(Runnable work, String what) {
        Thread thread = new Thread(work, "tcp-proxy-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    /** One client's connection, with that to the server once there is one. */
    private final class Link {
        private static final int BUFFER = 16 * 1024;

        private final Socket client;
        private final Socket server = new Socket();

        Link(Socket client) {
            this.client = client;
        }

        void connect(Address address) {
            try {
                // A network that is down lets nobody through, so the server must not hear of the client either.
                awaitPassage(Mode.STALL_REQUESTS);
                server.connect(new InetSocketAddress(address.host(), address.port()), CONNECTS_WITHIN_MILLIS);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
            } catch (IOException | InterruptedException unreachable) {
                reset();
                return;
            }
            inBackground(() -> pump(client, server, Mode.STALL_REQUESTS), "requests");
            inBackground(() -> pump(server, client, Mode.STALL_REPLIES), "replies");
        }

        private void pump(Socket from, Socket to, Mode direction) {
            byte[] buffer = new byte[BUFFER];
            try {
                for (int read = from.getInputStream().read(buffer);
                        read >= 0;
                        read = from.getInputStream().read(buffer)) {
                    awaitPassage(direction);
                    to.getOutputStream().write(buffer, 0, read);
                }
                awaitPassage(direction);
                to.shutdownOutput();
                closeWhenBothEnded();
            } catch (IOException | InterruptedException broken) {
                reset();
            }
        }

        private void closeWhenBothEnded() {
            if (client.isOutputShutdown() && server.isOutputShutdown()) {
                closeBoth();
            }
        }

        /** Ends both connections without a farewell. */
        void reset() {
            abort(client);
            abort(server);
            closeBoth();
        }

        private void abort(Socket socket) {
            try {
                // Zero: what is not sent yet is dropped and the peer gets a reset.
                socket.setSoLinger(true, 0);
            } catch (IOException alreadyClosed) {
                // Nothing is left to drop.
            }
        }

        private void closeBoth() {
            links.remove(this);
            try {
                client.close();
                server.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
