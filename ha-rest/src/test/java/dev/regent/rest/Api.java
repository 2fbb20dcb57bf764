package dev.regent.rest;

import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.Peers;
import dev.regent.testkit.store.InMemoryDcs;
import dev.regent.testkit.store.InMemoryStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A real server on a free port, for a node that is what the test says, over a store with the made-up cluster in it. */
final class Api implements AutoCloseable {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2031-03-03T12:00:00Z"), ZoneOffset.UTC);
    private static final int ANSWER_WITHIN_MILLIS = 30_000;

    final FakeNode node;
    final InMemoryDcs dcs;
    final Map<NodeName, PeerStatus> peers = new ConcurrentHashMap<>();
    private final InMemoryStore store = new InMemoryStore();
    private final RestServer server;

    Api(FakeNode node) throws Exception {
        this(node, builder -> builder);
    }

    Api(FakeNode node, UnaryOperator<RestServer.Builder> extras) throws Exception {
        this.node = node;
        dcs = store.open("orders");
        Orders.write(dcs, Orders.entries());
        peers.put(NodeName.of("pg-b"), answer(Tags.NONE));
        peers.put(NodeName.of("pg-c"), answer(Tags.NONE));
        Peers asked = this::ask;
        server = extras.apply(RestServer.builder()
                        .node(node)
                        .admin(ClusterAdmin.of(dcs))
                        .peers(asked)
                        .listen("127.0.0.1", 0)
                        .clock(CLOCK))
                .start();
    }

    static PeerStatus answer(Tags tags) {
        return new PeerStatus.Answer(true, WalPosition.ofStandby(7, Orders.POSITION, new Lsn(1)), tags, false);
    }

    private Map<NodeName, PeerStatus> ask(Collection<Member> members) {
        return members.stream()
                .collect(Collectors.toMap(
                        Member::name, member -> peers.getOrDefault(member.name(), new PeerStatus.Silent("gone"))));
    }

    int port() {
        return server.port();
    }

    void reconfigure(RestSettings settings) throws IOException {
        server.reconfigure(settings);
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/patroni";
    }

    void put(String key, String value) throws DcsException {
        dcs.write(key, value, Expected.ANYTHING);
    }

    String entry(String key) throws DcsException {
        return dcs.read().get(key).map(entry -> entry.value()).orElse("");
    }

    Reply get(String path) throws IOException {
        return raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    }

    Reply send(String method, String path, String body) throws IOException {
        return send(method, path, body, "");
    }

    /** More header lines end with a line feed each. */
    Reply send(String method, String path, String body, String moreHeaders) throws IOException {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return raw(method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + length
                + "\r\n" + moreHeaders + "\r\n" + body);
    }

    /** Sends the text and reads until the server closes the connection. */
    Reply raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(ANSWER_WITHIN_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return Reply.of(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() {
        server.close();
        dcs.close();
        store.close();
    }
}
