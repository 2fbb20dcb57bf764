package dev.regent.testkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Many simulations, as many at a time as there are processors; each has its own thread and shares nothing. */
final class Campaign {
    private static final int SEEDS_PER_LARGE_CLUSTER = 7;
    private static final int SMALL = 3;
    private static final int LARGE = 5;

    private final List<SimulationSettings> all;
    private final boolean keepGoing;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger simulated = new AtomicInteger();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Statistics statistics = new Statistics();
    private final List<Throwable> failures = new ArrayList<>();

    record Result(int simulated, List<Throwable> failures, Statistics statistics) {}

    Campaign(List<SimulationSettings> all, boolean keepGoing) {
        this.all = List.copyOf(all);
        this.keepGoing = keepGoing;
    }

    /** The size of the cluster where nobody has said another. */
    static int usualNodes(long seed) {
        return seed % SEEDS_PER_LARGE_CLUSTER == 0 ? LARGE : SMALL;
    }

    Result run() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            Thread thread = new Thread(this::work, "simulation-" + i);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return new Result(simulated.get(), List.copyOf(failures), statistics);
    }

    private void work() {
        for (int mine = next.getAndIncrement(); mine < all.size() && !stopped.get(); mine = next.getAndIncrement()) {
            try {
                Statistics done = Simulation.run(all.get(mine));
                synchronized (statistics) {
                    statistics.add(done);
                }
            } catch (RuntimeException | Error failure) {
                synchronized (failures) {
                    failures.add(failure);
                }
                stopped.set(!keepGoing);
            }
            simulated.incrementAndGet();
        }
    }
}
