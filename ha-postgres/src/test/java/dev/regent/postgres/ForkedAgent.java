package dev.regent.postgres;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Upstream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Another process that owns a server, to be killed or paused as agents are. It obeys one command a line. */
final class ForkedAgent implements AutoCloseable {
    private static final String DONE = "done";

    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    private ForkedAgent(Process process) {
        this.process = process;
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    static ForkedAgent of(RealServer server) throws IOException {
        return new ForkedAgent(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ForkedAgent.class.getName(),
                        server.name().value(),
                        server.dataDir().toString(),
                        String.valueOf(server.settings().port()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Returns when it is done. */
    void tell(String command) throws IOException {
        begin(command);
        for (String answer = answers.readLine(); !DONE.equals(answer); answer = answers.readLine()) {
            if (answer == null || answer.startsWith("failed")) {
                throw new IOException("expected the forked agent to " + command + ", found: " + answer);
            }
        }
    }

    void begin(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void freeze() throws Exception {
        Signals.send("STOP", process.toHandle());
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    public static void main(String[] arguments) throws Exception {
        PostgresSettings settings = RealServer.settings(
                        arguments[0], Path.of(arguments[1]), Integer.parseInt(arguments[2]))
                .build();
        Guardian guardian = new Guardian(settings);
        PostgresDatabase database = new PostgresDatabase(settings);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            try {
                obey(List.of(line.split(" ")), database, guardian);
                System.out.println(DONE);
            } catch (Exception failed) {
                System.out.println("failed: " + failed);
            }
        }
    }

    private static void obey(List<String> command, PostgresDatabase database, Guardian guardian) throws Exception {
        switch (command.get(0)) {
            case "start" -> database.startPrimary();
            case "allow" -> guardian.allowFor(Duration.ofMillis(Long.parseLong(command.get(1))));
            case "clone" -> database.cloneFrom(upstream(command.get(1)));
            case "rewind" -> database.rewindTo(upstream(command.get(1)));
            default -> throw new IllegalArgumentException("an unknown command: " + command);
        }
    }

    private static Upstream upstream(String port) {
        return new Upstream(NodeName.of("source"), new Address("127.0.0.1", Integer.parseInt(port)));
    }
}
