package dev.regent.rest;

/** Threads that do not keep a process alive. */
final class DaemonThreads {
    private DaemonThreads() {}

    static Thread named(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
