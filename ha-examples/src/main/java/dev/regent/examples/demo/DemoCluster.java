package dev.regent.examples.demo;

import dev.regent.testkit.cluster.Topology;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A running three-node cluster that the demonstration can look at and hurt. Closing it leaves nothing behind. */
interface DemoCluster extends AutoCloseable {
    List<String> names();

    String jdbcUrl(String name);

    String user();

    String password();

    /** The cluster as it is now; absent while nobody answers. */
    Optional<Topology> topology() throws InterruptedException;

    /** Ends the main process of the node's server without any warning. */
    void killServer(String name) throws IOException, InterruptedException;

    /** Asks for a planned change of leader; returns at once or when it is done. */
    void switchover(String leader, String candidate) throws IOException, InterruptedException;

    /** What a person can use while the cluster stays: connection strings and the like. */
    List<String> hints();

    @Override
    void close();
}
