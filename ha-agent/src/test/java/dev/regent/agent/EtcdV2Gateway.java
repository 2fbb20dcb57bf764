package dev.regent.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.regent.dcs.etcd.EtcdDcsProvider;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries.Entry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Shows a cluster's entries, which stand in etcd's API v3, to clients that speak the API v2 only, as the vip-manager that
 * Debian ships. It reads, and changes nothing.
 */
final class EtcdV2Gateway implements AutoCloseable {
    private static final String KEYS = "/v2/keys";
    private static final String FOUND = "{\"action\":\"get\",\"node\":{\"key\":\"%s\",\"value\":\"%s\","
            + "\"modifiedIndex\":%d,\"createdIndex\":%d}}";
    private static final String NOT_FOUND =
            "{\"errorCode\":100,\"message\":\"Key not found\",\"cause\":\"%s\",\"index\":1}";

    private final Dcs dcs;
    private final String prefix;
    private final HttpServer server;

    private EtcdV2Gateway(Dcs dcs, String prefix, HttpServer server) {
        this.dcs = dcs;
        this.prefix = prefix;
        this.server = server;
    }

    static EtcdV2Gateway start(String etcdEndpoint, String scope) throws IOException {
        String prefix = "/service/" + scope + "/";
        Dcs dcs = new EtcdDcsProvider()
                .open("etcd3", Map.of("hosts", etcdEndpoint.replace("http://", "")), prefix, "gateway");
        EtcdV2Gateway gateway = new EtcdV2Gateway(
                dcs, prefix, HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        gateway.server.createContext(KEYS, gateway::answer);
        gateway.server.start();
        return gateway;
    }

    int port() {
        return server.getAddress().getPort();
    }

    String endpoint() {
        return "http://127.0.0.1:" + port();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String key = exchange.getRequestURI().getPath().substring(KEYS.length());
        try {
            Optional<Entry> entry =
                    key.startsWith(prefix) ? dcs.read().get(key.substring(prefix.length())) : Optional.empty();
            if (entry.isPresent()) {
                long revision = entry.get().revision();
                send(exchange, 200, FOUND.formatted(key, entry.get().value(), revision, revision));
            } else {
                send(exchange, 404, NOT_FOUND.formatted(key));
            }
        } catch (DcsException silent) {
            send(exchange, 503, "{\"message\":\"no store\"}");
        }
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("X-Etcd-Index", "1");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        dcs.close();
    }
}
