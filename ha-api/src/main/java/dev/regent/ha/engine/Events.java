package dev.regent.ha.engine;

import dev.regent.ha.event.HaEvent;
import dev.regent.ha.event.HaListener;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers events to listeners in order, on one thread, from a bounded queue that drops the oldest. Thread-safe. */
final class Events implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    /** A minute of the busiest failover is well below this. */
    private static final int CAPACITY = 1024;

    private final BlockingQueue<HaEvent> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final List<HaListener> listeners;
    private final Thread thread;
    private volatile boolean closing;

    Events(String name, List<HaListener> listeners) {
        this.listeners = List.copyOf(listeners);
        this.thread = new Thread(this::deliver, "regent-events-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    void publish(HaEvent event) {
        while (!queue.offer(event)) {
            queue.poll();
        }
    }

    private void deliver() {
        try {
            while (!closing || !queue.isEmpty()) {
                HaEvent event = closing ? queue.poll() : queue.take();
                if (event != null) {
                    listeners.forEach(listener -> tell(listener, event));
                }
            }
        } catch (InterruptedException closed) {
            for (HaEvent event = queue.poll(); event != null; event = queue.poll()) {
                HaEvent last = event;
                listeners.forEach(listener -> tell(listener, last));
            }
        }
    }

    private static void tell(HaListener listener, HaEvent event) {
        try {
            listener.onEvent(event);
        } catch (RuntimeException bug) {
            LOG.warn("a listener failed on {}: fix it, the event is lost to it", event, bug);
        }
    }

    /** Delivers what is queued and ends. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
    }
}
