package dev.regent.examples.benchmark;

import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.cluster.AgentProgram;
import dev.regent.testkit.process.EtcdServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures how much memory and processor an agent takes that has nothing to do: a leader and a replica over real PostgreSQL
 * and one etcd, {@code ttl: 30, loop_wait: 10}. With {@code --peer COMMAND} another agent that reads the same YAML runs
 * beside it, at the same time and in the same way, for example {@code --peer patroni}.
 */
public final class Footprint {
    private static final int DEFAULT_MINUTES = 3;
    private static final Duration UNTIL_HEALTHY = Duration.ofMinutes(3);
    /** Until what happens once, at the beginning, is over. */
    private static final Duration SETTLING = Duration.ofSeconds(60);

    private static final int TICKS_PER_SECOND = 100;
    private static final int KIBIBYTES_PER_MEBIBYTE = 1024;
    private static final String USAGE = "usage: bin/footprint [--minutes N] [--peer COMMAND]";

    /** Where {@code utime} is among the fields behind the name in {@code /proc/PID/stat}; three more follow it. */
    private static final int FIRST_TIME_FIELD = 11;

    private static final int TIME_FIELDS = 4;

    private Footprint() {}

    /** What a process and those that it has started, other than PostgreSQL's, have used. */
    private record Usage(long residentKibibytes, long ticks) {
        Usage plus(Usage other) {
            return new Usage(residentKibibytes + other.residentKibibytes, ticks + other.ticks);
        }
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Options options = Options.read(USAGE, List.of("--minutes", "--peer"), args);
        measure(options.programs(), Duration.ofMinutes(options.number("--minutes", DEFAULT_MINUTES)), System.out);
    }

    private static void measure(Map<String, AgentProgram> programs, Duration interval, PrintStream out)
            throws IOException, InterruptedException {
        List<AgentCluster> clusters = new ArrayList<>();
        try (EtcdServer etcd = EtcdServer.start()) {
            Map<String, Agent> agents = new LinkedHashMap<>();
            for (Map.Entry<String, AgentProgram> program : programs.entrySet()) {
                AgentCluster cluster = AgentCluster.prepare(
                        "footprint-" + program.getKey(),
                        program.getValue(),
                        List.of(etcd.endpoint()),
                        2,
                        Map.of("ttl", 30, "loop_wait", 10, "retry_timeout", 10));
                clusters.add(cluster);
                cluster.startAll();
                cluster.awaitHealthy(UNTIL_HEALTHY);
                Agent leader = cluster.leader();
                agents.put(program.getKey() + " leader", leader);
                cluster.agents().stream()
                        .filter(agent -> !agent.equals(leader))
                        .forEach(agent -> agents.put(program.getKey() + " replica", agent));
            }
            report(agents, interval, out);
        } finally {
            clusters.forEach(AgentCluster::close);
        }
    }

    private static void report(Map<String, Agent> agents, Duration interval, PrintStream out)
            throws IOException, InterruptedException {
        pause(SETTLING);
        Map<String, Usage> before = usages(agents);
        String load = Files.readString(Path.of("/proc/loadavg")).strip();
        pause(interval);
        Map<String, Usage> after = usages(agents);
        out.printf("over %d s; load before %s, after %s%n", interval.toSeconds(), load, loadNow());
        out.printf("%-18s %14s %16s%n", "agent", "resident MiB", "CPU ms/s");
        after.forEach((name, usage) -> out.printf(
                Locale.ROOT,
                "%-18s %14.1f %16.2f%n",
                name,
                (double) usage.residentKibibytes() / KIBIBYTES_PER_MEBIBYTE,
                (usage.ticks() - before.getOrDefault(name, usage).ticks())
                        * 1000.0
                        / TICKS_PER_SECOND
                        / interval.toSeconds()));
    }

    private static String loadNow() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).strip();
    }

    private static void pause(Duration length) throws InterruptedException {
        new CountDownLatch(1).await(length.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Map<String, Usage> usages(Map<String, Agent> agents) throws IOException {
        Map<String, Usage> usages = new LinkedHashMap<>();
        for (Map.Entry<String, Agent> agent : agents.entrySet()) {
            ProcessHandle main = ProcessHandle.of(agent.getValue().pid())
                    .orElseThrow(() -> new IllegalStateException(agent.getKey() + " runs no more"));
            Usage sum = new Usage(0, 0);
            for (ProcessHandle process : Stream.concat(Stream.of(main), main.descendants())
                    .filter(each -> !isPostgres(each))
                    .toList()) {
                sum = sum.plus(usage(process.pid()));
            }
            usages.put(agent.getKey(), sum);
        }
        return usages;
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info()
                .command()
                .filter(command -> command.endsWith("/postgres"))
                .isPresent();
    }

    /** The time includes that of processes which have ended, and been waited for. */
    private static Usage usage(long pid) throws IOException {
        Path folder = Path.of("/proc", String.valueOf(pid));
        String stat = Files.readString(folder.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int i = 0; i < TIME_FIELDS; i++) {
            ticks += Long.parseLong(fields[FIRST_TIME_FIELD + i]);
        }
        long resident = Files.readAllLines(folder.resolve("status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
        return new Usage(resident, ticks);
    }
}
