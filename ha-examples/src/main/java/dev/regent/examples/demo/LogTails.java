package dev.regent.examples.demo;

import dev.regent.testkit.cluster.Agent;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Shows what agents write to their logs, as it is written. Thread-safe. */
final class LogTails implements AutoCloseable {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private final List<Thread> threads;
    private volatile boolean ended;

    private LogTails(List<Agent> agents, Screen screen) {
        this.threads = agents.stream()
                .map(agent -> new Thread(() -> tail(agent, screen), "log-" + agent.name()))
                .toList();
    }

    static LogTails follow(List<Agent> agents, Screen screen) {
        LogTails tails = new LogTails(agents, screen);
        tails.threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
        return tails;
    }

    private void tail(Agent agent, Screen screen) {
        try (BufferedReader reader = Files.newBufferedReader(agent.logFile())) {
            while (!ended) {
                String line = reader.readLine();
                if (line == null) {
                    LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
                } else {
                    show(agent, line, screen);
                }
            }
        } catch (IOException gone) {
            screen.event(agent.name(), "its log cannot be read any more: " + gone.getMessage());
        }
    }

    /** An agent's lines name the node themselves; the prefix with time and level is left out. */
    private static void show(Agent agent, String line, Screen screen) {
        String mark = agent.name() + ": ";
        int at = line.indexOf(mark);
        if (at >= 0) {
            screen.event(agent.name(), line.substring(at + mark.length()));
        }
    }

    @Override
    public void close() {
        ended = true;
    }
}
