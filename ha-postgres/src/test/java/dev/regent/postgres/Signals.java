package dev.regent.postgres;

/** Sends the signals that Java cannot. */
final class Signals {
    private Signals() {}

    static void send(String name, ProcessHandle process) throws Exception {
        int exitCode = new ProcessBuilder("/bin/sh", "-c", "kill -s " + name + " " + process.pid())
                .inheritIO()
                .start()
                .waitFor();
        if (exitCode != 0) {
            throw new IllegalStateException("cannot send " + name + " to process " + process.pid());
        }
    }
}
