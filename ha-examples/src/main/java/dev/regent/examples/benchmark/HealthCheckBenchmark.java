package dev.regent.examples.benchmark;

import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.process.EtcdServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Measures how many health checks an agent answers on one processor, and how quickly, over real PostgreSQL and real etcd
 * with {@code ttl: 20, loop_wait: 1}; and whether its loop keeps its pace meanwhile.
 */
public final class HealthCheckBenchmark {
    private static final Duration UNTIL_HEALTHY = Duration.ofMinutes(2);
    private static final int AGENTS_PROCESSOR = 0;
    private static final int CLIENTS_PROCESSOR = 1;
    private static final int SECONDS = 15;
    private static final int CONNECTIONS = 64;
    /** A thousand requests a second, of which each connection sends one in some ten milliseconds. */
    private static final int SLOW_CONNECTIONS = 11;

    private static final int PAUSE_MILLIS = 10;

    private static final int LEAST_KEPT = 20_000;
    private static final int LEAST_SINGLE = 5_000;
    private static final int LONGEST_P99_MILLIS = 5;
    /** What {@code loop_wait: 1} asks for; a cycle takes time itself. */
    private static final double LEAST_LOOKS = 0.9;

    private static final Pattern CYCLES = Pattern.compile("regent_cycle_seconds_count\\{[^}]*} (\\d+)");
    private static final double NANOS = 1e9;

    private final PrintStream out;
    private final List<ProcessHandle> processes;
    private final String url;
    private final Wrk wrk = new Wrk(CLIENTS_PROCESSOR, SECONDS);

    private HealthCheckBenchmark(PrintStream out, Agent agent) {
        this.out = out;
        this.processes = javaOf(agent);
        this.url = agent.restUrl();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Options.read("usage: bin/benchmark-health", List.of(), args);
        Map<String, Object> config = Map.of("ttl", 20, "loop_wait", 1, "retry_timeout", 5);
        try (EtcdServer etcd = EtcdServer.start();
                AgentCluster cluster =
                        AgentCluster.prepare("bench-health", Options.regent(), List.of(etcd.endpoint()), 1, config)) {
            cluster.startAll();
            cluster.awaitHealthy(UNTIL_HEALTHY);
            new HealthCheckBenchmark(System.out, cluster.leader()).run();
        }
    }

    private void run() throws IOException, InterruptedException {
        pin();
        wrk.run(url + "/primary", CONNECTIONS, true);
        out.printf(
                "%-44s %12s %10s %16s %10s  %s%n",
                "GET /primary", "requests/s", "p99 ms", "per second of CPU", "looks/s", "errors");
        Row kept = print("as fast as possible, connections kept", () -> wrk.run(url + "/primary", CONNECTIONS, true));
        Row single = print(
                "as fast as possible, a connection for each", () -> wrk.run(url + "/primary", CONNECTIONS, false));
        Row slow = print(
                "about 1000 a second, connections kept",
                () -> wrk.runSlowly(url + "/primary", SLOW_CONNECTIONS, PAUSE_MILLIS));
        out.println();
        verdict("a second of processor time, connections kept", kept.perProcessorSecond(), LEAST_KEPT, true);
        verdict("a second of processor time, a connection for each", single.perProcessorSecond(), LEAST_SINGLE, true);
        verdict("p99 in ms at about 1000 a second", slow.result().p99Millis(), LONGEST_P99_MILLIS, false);
        double looks =
                Stream.of(kept, single, slow).mapToDouble(Row::looks).min().orElse(0);
        verdict("looks of the loop a second, at its slowest", looks, LEAST_LOOKS, true);
        out.println("Times by the clock count only on a machine that has nothing else to do: load now "
                + Files.readString(Path.of("/proc/loadavg")).strip());
    }

    /** One load: what wrk says, and what the agent has used and done meanwhile. */
    private record Row(Wrk.Result result, double perProcessorSecond, double looks) {}

    private void verdict(String what, double found, double wanted, boolean atLeast) {
        boolean met = atLeast ? found >= wanted : found < wanted;
        out.printf(
                Locale.ROOT,
                "%-52s %10.2f  %s %.1f: %s%n",
                what,
                found,
                atLeast ? "at least" : "below",
                wanted,
                met ? "met" : "NOT MET");
    }

    @FunctionalInterface
    private interface Load {
        Wrk.Result run() throws IOException, InterruptedException;
    }

    private Row print(String what, Load load) throws IOException, InterruptedException {
        long looksBefore = cycles();
        double cpuBefore = cpuSeconds();
        long since = System.nanoTime();
        Wrk.Result result = load.run();
        double seconds = (System.nanoTime() - since) / NANOS;
        double requests = result.perSecond() * SECONDS;
        Row row = new Row(result, requests / (cpuSeconds() - cpuBefore), (cycles() - looksBefore) / seconds);
        out.printf(
                Locale.ROOT,
                "%-44s %12.0f %10.2f %16.0f %10.2f  %s%n",
                what,
                result.perSecond(),
                result.p99Millis(),
                row.perProcessorSecond(),
                row.looks(),
                result.errors());
        out.flush();
        return row;
    }

    /** What the agent has used of processors: on a busy machine it says more than the clock. */
    private double cpuSeconds() {
        return processes.stream()
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .mapToDouble(used -> used.toNanos() / NANOS)
                .sum();
    }

    private long cycles() throws IOException {
        try (InputStream metrics = URI.create(url + "/metrics").toURL().openStream()) {
            Matcher count = CYCLES.matcher(new String(metrics.readAllBytes(), StandardCharsets.UTF_8));
            if (!count.find()) {
                throw new IOException("expected " + CYCLES + " in " + url + "/metrics, found none");
            }
            return Long.parseLong(count.group(1));
        }
    }

    private static List<ProcessHandle> javaOf(Agent agent) {
        ProcessHandle started = ProcessHandle.of(agent.pid()).orElseThrow();
        return Stream.concat(Stream.of(started), started.descendants())
                .filter(process -> process.info()
                        .command()
                        .filter(name -> name.endsWith("java"))
                        .isPresent())
                .toList();
    }

    /** The agent's process and its threads get a processor of their own; PostgreSQL and etcd stay where they like. */
    private void pin() throws IOException, InterruptedException {
        for (ProcessHandle process : processes) {
            Process taskset = new ProcessBuilder(
                            "taskset", "-acp", String.valueOf(AGENTS_PROCESSOR), String.valueOf(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!taskset.waitFor(10, TimeUnit.SECONDS) || taskset.exitValue() != 0) {
                throw new IOException("the agent's process " + process.pid() + " could not be pinned with taskset");
            }
        }
    }
}
