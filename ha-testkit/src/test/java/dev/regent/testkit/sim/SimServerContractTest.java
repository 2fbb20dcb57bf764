package dev.regent.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.DatabaseException;
import dev.regent.ha.spi.ManagedDatabase;
import dev.regent.testkit.contract.ManagedDatabaseContract;
import dev.regent.testkit.contract.ServerUnderTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The server that the simulation trusts keeps the promises of a real one. */
class SimServerContractTest extends ManagedDatabaseContract {
    private static final int FIRST_PORT = 5432;

    private final EventQueue queue = new EventQueue();
    private final SimNetwork network = new SimNetwork();
    private final Dice dice = new Dice(1);
    private final Map<Long, String> texts = new HashMap<>();

    @Override
    protected ServerUnderTest newServer(NodeName name) {
        Address address =
                new Address("localhost", FIRST_PORT + network.servers().size());
        return new Simulated(new SimServer(name, address, network, queue, dice.split(), ServerObserver.NOBODY));
    }

    @Override
    protected void letTimePass() {
        queue.waitFor(20 * EventQueue.MILLISECOND);
    }

    @Override
    protected void cloneAndInterrupt(ServerUnderTest target, ServerUnderTest source) throws Exception {
        ManagedDatabase interrupted = ((Simulated) target).database(work -> {
            work.begin().run();
            queue.waitFor(work.duration() / 2);
            work.cutShort().run();
        });
        interrupted.cloneFrom(source.asUpstream());
        assertThat(target.database().status().state()).isEqualTo(ServerState.INCOMPLETE);
    }

    private void toTheEnd(Work work) throws DatabaseException {
        work.begin().run();
        queue.waitFor(work.duration());
        work.end().run();
    }

    /** A simulated server whose clients write text. */
    private final class Simulated implements ServerUnderTest {
        private final SimServer server;
        private ManagedDatabase database;

        Simulated(SimServer server) {
            this.server = server;
            this.database = database(SimServerContractTest.this::toTheEnd);
        }

        ManagedDatabase database(Work.Worker worker) {
            return new SimDatabase(server, network, queue, worker);
        }

        @Override
        public NodeName name() {
            return server.name();
        }

        @Override
        public Address address() {
            return server.address();
        }

        @Override
        public ManagedDatabase database() {
            return database;
        }

        @Override
        public void reopen() {
            database.close();
            database = database(SimServerContractTest.this::toTheEnd);
        }

        @Override
        public void insert(String row) {
            assertThat(server.acceptsWrites())
                    .as("%s accepts writes", server.name())
                    .isTrue();
            long record = network.nextRecord();
            texts.put(record, row);
            server.commit(record);
        }

        @Override
        public List<String> rows() {
            return texts.keySet().stream()
                    .filter(record -> server.wal().contains(record, 0))
                    .map(texts::get)
                    .toList();
        }

        @Override
        public boolean letsClientsIn() {
            return database.status().isRunning() && !server.isClosed();
        }

        @Override
        public void kill() {
            server.crash();
        }

        @Override
        public void freeze() {
            server.freeze();
        }

        @Override
        public void thaw() {
            server.thaw();
        }

        @Override
        public void close() {
            database.close();
        }
    }
}
