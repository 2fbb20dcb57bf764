package dev.regent.rest;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;

/**
 * A connection to one peer's API that asks with GET. It speaks HTTP/1.0, to which no server answers in chunks, so that an
 * answer is a head and a body that ends with its announced length or with the connection. Used by one thread at a time.
 */
final class PeerConnection implements Closeable {
    /** A member on the same network connects in a millisecond; one that is gone costs an election this long. */
    static final Duration LONGEST_CONNECT = Duration.ofMillis(500);

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final Pattern AUTHORITY = Pattern.compile("(?:\\[([^\\]]+)]|([^:@\\[\\]]+))(?::(\\d{1,5}))?");
    private static final int LARGEST_HEAD = 16 * 1024;
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final int LARGEST_BODY = 1024 * 1024;
    private static final int BUFFER = 8 * 1024;
    private static final int OK = 200;

    /** Closed by the peer between two requests, before it said anything to the second: ask again on a new connection. */
    static final class Stale extends IOException {
        private static final long serialVersionUID = 1;

        Stale(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private boolean used;
    private boolean keptAlive;

    private PeerConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    static PeerConnection open(URI url, Supplier<SSLSocketFactory> tls, Deadline deadline) throws IOException {
        boolean secure = "https".equals(url.getScheme());
        InetSocketAddress address = address(url, secure ? HTTPS_PORT : HTTP_PORT);
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            int connectMillis = (int) Math.min(LONGEST_CONNECT.toMillis(), deadline.millisLeft());
            socket.connect(address, connectMillis);
            if (secure) {
                socket.setSoTimeout(deadline.millisLeft());
                socket = tls.get().createSocket(socket, address.getHostString(), address.getPort(), true);
            }
            return new PeerConnection(socket);
        } catch (IOException | RuntimeException failure) {
            socket.close();
            throw failure;
        }
    }

    /** Reads the authority itself, because {@link URI#getHost()} does not know host names with an underscore. */
    private static InetSocketAddress address(URI url, int otherwisePort) throws IOException {
        String authority = String.valueOf(url.getRawAuthority());
        Matcher parts = AUTHORITY.matcher(authority);
        if (url.getScheme() == null || !url.getScheme().matches("https?") || !parts.matches()) {
            throw new IOException("expected http://host:port/patroni, found \"" + url + "\"");
        }
        String port = parts.group(3);
        String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
        return new InetSocketAddress(host, port == null ? otherwisePort : Integer.parseInt(port));
    }

    /** Whether another request can be sent after the last answer. */
    boolean isKeptAlive() {
        return keptAlive;
    }

    /** The body of a good answer; anything else is an exception. */
    byte[] get(URI url, Deadline deadline) throws IOException {
        boolean reused = used;
        used = true;
        keptAlive = false;
        try {
            socket.setSoTimeout(deadline.millisLeft());
            socket.getOutputStream().write(request(url));
            fill(deadline);
        } catch (SocketTimeoutException late) {
            throw late;
        } catch (IOException closed) {
            if (reused) {
                throw new Stale("the connection was closed in the meantime", closed);
            }
            throw closed;
        }
        return answer(deadline);
    }

    private static byte[] request(URI url) {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return ("GET " + path + " HTTP/1.0\r\nHost: " + url.getRawAuthority()
                        + "\r\nUser-Agent: Regent\r\nAccept: application/json\r\nConnection: keep-alive\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private byte[] answer(Deadline deadline) throws IOException {
        Head head = new Head(readHead(deadline));
        if (head.status() != OK) {
            throw new IOException("expected HTTP status 200, found \"" + head.statusLine() + "\"");
        }
        Optional<Integer> length = head.length();
        if (length.isEmpty()) {
            return readToEnd(deadline);
        }
        if (length.get() > LARGEST_BODY) {
            throw new IOException("an answer of " + length.get() + " bytes is too long");
        }
        byte[] body = readExactly(length.get(), deadline);
        keptAlive = head.keepsAlive();
        return body;
    }

    private String readHead(Deadline deadline) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < LARGEST_HEAD) {
            head.append((char) read(deadline));
            if (head.indexOf(END_OF_HEAD, Math.max(0, head.length() - END_OF_HEAD.length())) >= 0) {
                return head.toString();
            }
        }
        throw new IOException("the head of the answer is longer than " + LARGEST_HEAD + " bytes");
    }

    private byte[] readExactly(int length, Deadline deadline) throws IOException {
        byte[] body = new byte[length];
        int done = 0;
        while (done < length) {
            if (position == limit) {
                fill(deadline);
            }
            int part = Math.min(length - done, limit - position);
            System.arraycopy(buffer, position, body, done, part);
            position += part;
            done += part;
        }
        return body;
    }

    private byte[] readToEnd(Deadline deadline) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(buffer, position, limit - position);
        while (body.size() <= LARGEST_BODY) {
            socket.setSoTimeout(deadline.millisLeft());
            int count = in.read(buffer);
            if (count < 0) {
                return body.toByteArray();
            }
            body.write(buffer, 0, count);
        }
        throw new IOException("the answer is longer than " + LARGEST_BODY + " bytes");
    }

    private int read(Deadline deadline) throws IOException {
        if (position == limit) {
            fill(deadline);
        }
        return buffer[position++] & 0xFF;
    }

    /** Waits for the next bytes no longer than the deadline allows, however slowly they dribble in. */
    private void fill(Deadline deadline) throws IOException {
        socket.setSoTimeout(deadline.millisLeft());
        int count = in.read(buffer);
        if (count < 0) {
            throw new EOFException("the connection was closed before the answer was complete");
        }
        position = 0;
        limit = count;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException ignored) {
            // It is gone either way.
        }
    }

    /** The head of an answer: its status line and header fields. Immutable. */
    private record Head(String text) {
        String statusLine() {
            return text.lines().findFirst().orElse("");
        }

        int status() throws IOException {
            String[] words = statusLine().split(" ", 3);
            try {
                return words.length > 1 && words[0].startsWith("HTTP/1.") ? Integer.parseInt(words[1]) : 0;
            } catch (NumberFormatException notANumber) {
                throw new IOException("expected an HTTP answer, found \"" + statusLine() + "\"", notANumber);
            }
        }

        Optional<Integer> length() throws IOException {
            try {
                return field("content-length").map(Integer::valueOf);
            } catch (NumberFormatException notANumber) {
                throw new IOException("the length of the answer is not a number", notANumber);
            }
        }

        boolean keepsAlive() {
            return field("connection").filter("keep-alive"::equalsIgnoreCase).isPresent();
        }

        private Optional<String> field(String name) {
            return text.lines()
                    .skip(1)
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).trim())
                    .findFirst();
        }
    }
}
