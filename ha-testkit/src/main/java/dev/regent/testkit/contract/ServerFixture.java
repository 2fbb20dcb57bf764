package dev.regent.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.Replica;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.spi.DatabaseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** How a server's test makes servers, and what the contract's tests share. */
abstract class ServerFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);

    private final List<ServerUnderTest> servers = new ArrayList<>();

    /**
     * A server without data on an address of its own. All servers of one test can replicate from each other. The contract
     * closes it.
     */
    protected abstract ServerUnderTest newServer(NodeName name) throws Exception;

    /** Lets a little time pass while a test waits for something; simulated servers move their own clock. */
    protected void letTimePass() throws Exception {
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }

    @AfterEach
    void closeServers() throws Exception {
        for (ServerUnderTest server : servers) {
            server.close();
        }
        servers.clear();
    }

    ServerUnderTest server(String name) throws Exception {
        ServerUnderTest server = newServer(NodeName.of(name));
        servers.add(server);
        return server;
    }

    /** A running primary of a new cluster. */
    ServerUnderTest primary(String name) throws Exception {
        ServerUnderTest primary = server(name);
        primary.database().create();
        primary.database().startPrimary();
        return primary;
    }

    /** A new standby that streams from the server. */
    ServerUnderTest standbyOf(ServerUnderTest upstream, String name) throws Exception {
        ServerUnderTest standby = server(name);
        standby.database().cloneFrom(upstream.asUpstream());
        startStandby(standby, upstream);
        return standby;
    }

    void startStandby(ServerUnderTest standby, ServerUnderTest upstream) throws Exception {
        prepareSlot(upstream, standby);
        standby.database().startStandby(Optional.of(upstream.asUpstream()));
        awaitStreaming(standby, upstream);
    }

    /** Keeps a slot for the standby, as whoever leads does for each member. */
    void prepareSlot(ServerUnderTest upstream, ServerUnderTest standby) throws DatabaseException, InterruptedException {
        upstream.database().changeSlots(SlotChanges.creating(standby.name().slotName()));
    }

    void awaitStreaming(ServerUnderTest standby, ServerUnderTest upstream) throws Exception {
        await(
                standby.name() + " streams from " + upstream.name(),
                () -> standby.database().status().streaming()
                        && replicaOf(upstream, standby)
                                .filter(Replica::isStreaming)
                                .isPresent());
    }

    void awaitRow(ServerUnderTest server, String row) throws Exception {
        await(server.name() + " has the row " + row, () -> server.rows().contains(row));
    }

    /** Waits until the data on disk is on the present timeline, as whoever rewinds to the server must. */
    void awaitCheckpoint(ServerUnderTest primary) throws Exception {
        primary.database().beginCheckpoint();
        await(
                "the checkpoint of " + primary.name(),
                () -> primary.database().status().checkpointed());
    }

    void await(String what, Callable<Boolean> isTrue) throws Exception {
        Stopwatch stopwatch = Stopwatch.started();
        while (!isTrue.call()) {
            assertThat(stopwatch.elapsed()).as("waiting until %s", what).isLessThan(PATIENCE);
            letTimePass();
        }
    }

    static Optional<Replica> replicaOf(ServerUnderTest upstream, ServerUnderTest standby) {
        return upstream.database().status().replicas().stream()
                .filter(replica -> standby.name().matches(replica.applicationName()))
                .findFirst();
    }

    static DatabaseStatus expect(ServerUnderTest server, ServerState state) {
        DatabaseStatus status = server.database().status();
        assertThat(status.state()).as("%s is in %s", server.name(), status).isEqualTo(state);
        return status;
    }
}
