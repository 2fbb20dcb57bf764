package dev.regent.testkit.contract;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.ManagedDatabase;
import java.io.IOException;
import java.util.List;

/**
 * One server of a test: the database under test, and what clients and fate do to it. Closing it ends the server, however
 * it fares, and removes its data.
 */
public interface ServerUnderTest extends AutoCloseable {
    NodeName name();

    /** Where the server listens, and no other server of the test. */
    Address address();

    ManagedDatabase database();

    /** Closes {@link #database()} and opens another on the same data, as a new agent does; the server is left as it is. */
    void reopen() throws Exception;

    /** Commits a row as a client of the running primary, without waiting for standbys that nobody asked for. */
    void insert(String row) throws Exception;

    /** What a client of the running server finds, in no order; empty when nothing was ever inserted. */
    List<String> rows() throws Exception;

    /** Whether a client that is nobody in particular, unlike whoever looks after the server, may come in now. */
    boolean letsClientsIn() throws Exception;

    /** Ends all processes of the server at once, without any warning. */
    void kill() throws Exception;

    /** Stops all processes of the server from running, without ending them. */
    void freeze() throws Exception;

    /** Lets a frozen server go on. */
    void thaw() throws Exception;

    @Override
    void close() throws IOException;

    default Upstream asUpstream() {
        return new Upstream(name(), address());
    }
}
