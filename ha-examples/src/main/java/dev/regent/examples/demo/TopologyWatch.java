package dev.regent.examples.demo;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Shows the topology whenever it has changed. Thread-safe. */
final class TopologyWatch implements AutoCloseable {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final DemoCluster cluster;
    private final Screen screen;
    private final Thread thread = new Thread(this::run, "topology");
    private volatile boolean ended;

    TopologyWatch(DemoCluster cluster, Screen screen) {
        this.cluster = cluster;
        this.screen = screen;
    }

    TopologyWatch start() {
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    private void run() {
        try {
            while (!ended) {
                cluster.topology().ifPresent(screen::topology);
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            }
        } catch (InterruptedException closed) {
            ended = true;
        }
    }

    @Override
    public void close() {
        ended = true;
        thread.interrupt();
    }
}
