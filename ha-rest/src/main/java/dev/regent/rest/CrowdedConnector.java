package dev.regent.rest;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Lets everybody in. When it is full it shows out those who came a while ago and have not asked for anything, then those who
 * have been silent for the longest; never who waits for an answer. So a crowd that only sits there cannot keep out a
 * health check. Thread-safe.
 */
final class CrowdedConnector extends ServerConnector {
    /** Load balancers, monitoring and peers need tens. */
    static final int ROOM = 1000;

    /** So many leave at a time that the next look at everybody is a while away. */
    private static final int LEAVE_AT_ONCE = 50;

    private static final long MILLIS_TO_ASK_WITHIN = 1000;

    static final Comparator<Visitor> LEAVING_FIRST = Comparator.comparing((Visitor visitor) -> !visitor.onlySits())
            .thenComparing(Comparator.comparingLong(Visitor::idleMillis).reversed());

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
        long now = System.currentTimeMillis();
        List<Visitor> leaving = getConnectedEndPoints().stream()
                .map(visitor -> Visitor.of(visitor, now))
                .filter(visitor -> !visitor.waits())
                .sorted(LEAVING_FIRST)
                .limit(LEAVE_AT_ONCE)
                .toList();
        leaving.forEach(visitor -> visitor.endPoint().close());
    }

    /** Somebody who is there, and for how many milliseconds to no purpose. */
    record Visitor(EndPoint endPoint, boolean hasAsked, boolean waits, long idleMillis) {
        static Visitor of(EndPoint endPoint, long now) {
            Connection connection = endPoint.getConnection();
            if (connection instanceof SslConnection tls) {
                connection = tls.getSslEndPoint().getConnection();
            }
            long asked = connection == null ? 0 : connection.getMessagesIn();
            long answered = connection == null ? 0 : connection.getMessagesOut();
            long silent = endPoint instanceof IdleTimeout idle ? idle.getIdleFor() : 0;
            long idle = asked > 0 ? silent : now - endPoint.getCreatedTimeStamp();
            return new Visitor(endPoint, asked > 0, asked > answered, idle);
        }

        /** Whoever has just come is about to ask. */
        boolean onlySits() {
            return !hasAsked && idleMillis > MILLIS_TO_ASK_WITHIN;
        }
    }
}
