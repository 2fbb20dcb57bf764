package dev.regent.postgres;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs callbacks one at a time, the newest: it ends one that still runs, with all that it has started, and takes the place of
 * one that still waits for that. Nobody waits for a callback, and how it ends does not matter. Thread-safe.
 */
final class Callbacks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);

    private final String name;
    private final Tool tool;
    private @Nullable List<String> next;
    private @Nullable Thread thread;
    private boolean closed;

    Callbacks(String name, Tool tool) {
        this.name = name;
        this.tool = tool;
    }

    synchronized void run(List<String> words) {
        if (closed) {
            return;
        }
        next = words;
        if (thread == null) {
            thread = new Thread(this::work, name);
            thread.setDaemon(true);
            thread.start();
        }
        notifyAll();
    }

    /** Begins no more; one that runs goes on. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void work() {
        @Nullable Process running = null;
        try {
            for (List<String> words = take(); words != null; words = take()) {
                if (running != null) {
                    end(running);
                }
                running = start(words);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable List<String> take() throws InterruptedException {
        while (next == null && !closed) {
            wait();
        }
        @Nullable List<String> taken = next;
        next = null;
        return taken;
    }

    private @Nullable Process start(List<String> words) {
        try {
            return tool.startScript(words);
        } catch (IOException cannotRun) {
            LOG.warn("Cannot run the callback {}: {}", words, cannotRun.getMessage());
            return null;
        }
    }

    private static void end(Process process) throws InterruptedException {
        List<ProcessHandle> family = process.descendants().toList();
        process.destroyForcibly();
        family.forEach(ProcessHandle::destroyForcibly);
        while (!process.waitFor(1, TimeUnit.MINUTES)) {
            LOG.warn("Callback {} does not end though it was killed; the next one waits for it", process.pid());
        }
    }
}
