package dev.regent.agent;

import dev.regent.testkit.cluster.AgentProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Our programs as processes of their own, on this test's class path. */
public final class Programs {
    private static final int SECONDS_TO_END = 90;
    /** Of the clusters of {@link dev.regent.testkit.cluster.AgentCluster}, for commands that log in to a server. */
    private static final String SUPERUSER_PASSWORD = "a-password-of-the-test";

    /** What a program printed, both outputs together, and how it ended. */
    public record Outcome(int exitCode, String output) {}

    private Programs() {}

    /** As {@code bin/regent} starts it: it hears SIGHUP though the build may run under nohup. */
    public static AgentProgram agent() {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP"));
        command.addAll(java("dev.regent.agent.Regent"));
        return AgentProgram.regent(command.toArray(String[]::new));
    }

    public static Outcome regent(Path config) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java("dev.regent.agent.Regent"));
        command.add(config.toString());
        return run(command);
    }

    public static Outcome regentctl(Path config, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java("dev.regent.ctl.Regentctl"));
        command.addAll(List.of("-c", config.toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static List<String> java(String mainClass) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx96m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                mainClass);
    }

    /** Runs a program to its end, which it must reach within a minute and a half. */
    public static Outcome run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", SUPERUSER_PASSWORD);
        Process process = builder.start();
        process.getOutputStream().close();
        CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(process));
        if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(command + " did not end within " + SECONDS_TO_END + " s: " + output.join());
        }
        return new Outcome(process.exitValue(), output.join());
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            return "(" + broken.getMessage() + ")";
        }
    }
}
