package dev.regent.rest;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Lets everybody in. When it is full it shows out those who came first and have not asked for anything, then those who have
 * been silent for the longest since; never who waits for an answer. So a crowd that only sits there cannot keep out a
 * health check. Thread-safe.
 */
final class CrowdedConnector extends ServerConnector {
    /** Load balancers, monitoring and peers need tens. */
    static final int ROOM = 1000;

    /** So many leave at a time that the next look at everybody is a while away. */
    private static final int LEAVE_AT_ONCE = 50;

    private final AtomicInteger present = new AtomicInteger();

    CrowdedConnector(Server server, ConnectionFactory... factories) {
        super(server, null, null, null, 1, 1, factories);
    }

    @Override
    protected void onEndPointOpened(EndPoint entered) {
        super.onEndPointOpened(entered);
        if (present.incrementAndGet() > ROOM) {
            showOut();
        }
    }

    @Override
    protected void onEndPointClosed(EndPoint left) {
        super.onEndPointClosed(left);
        present.decrementAndGet();
    }

    private synchronized void showOut() {
        if (present.get() <= ROOM) {
            return;
        }
        List<Visitor> leaving = getConnectedEndPoints().stream()
                .map(Visitor::of)
                .filter(visitor -> !visitor.waits())
                .sorted(Comparator.comparing(Visitor::hasAsked)
                        .thenComparing(
                                Comparator.comparingLong(Visitor::uselessMillis).reversed()))
                .limit(LEAVE_AT_ONCE)
                .toList();
        leaving.forEach(visitor -> visitor.endPoint().close());
    }

    private record Visitor(EndPoint endPoint, boolean hasAsked, boolean waits, long uselessMillis) {
        static Visitor of(EndPoint endPoint) {
            Connection connection = endPoint.getConnection();
            if (connection instanceof SslConnection tls) {
                connection = tls.getSslEndPoint().getConnection();
            }
            long asked = connection == null ? 0 : connection.getMessagesIn();
            long answered = connection == null ? 0 : connection.getMessagesOut();
            long silent = endPoint instanceof org.eclipse.jetty.io.IdleTimeout idle ? idle.getIdleFor() : 0;
            long age = connection == null ? 0 : -connection.getCreatedTimeStamp();
            return new Visitor(endPoint, asked > 0, asked > answered, asked > 0 ? silent : age);
        }
    }
}
