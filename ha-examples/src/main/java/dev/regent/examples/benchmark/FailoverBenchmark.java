package dev.regent.examples.benchmark;

import dev.regent.testkit.cluster.AgentProgram;
import dev.regent.testkit.process.EtcdServer;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures, over real PostgreSQL and real etcd with {@code ttl: 30, loop_wait: 10}, how long a client in a loop cannot
 * write when leadership changes hands. With {@code --peer COMMAND} the same is done, in the same run and with the same
 * configuration, to another agent that reads the same YAML, for example {@code --peer patroni}.
 */
public final class FailoverBenchmark {
    private static final int DEFAULT_ROUNDS = 5;
    private static final String USAGE =
            "usage: bin/benchmark [--rounds N] [--scenario switchover|postmaster|agent|host]... [--peer COMMAND]";

    private FailoverBenchmark() {}

    public static void main(String[] args) throws IOException, InterruptedException, SQLException {
        Options options = Options.read(USAGE, List.of("--rounds", "--scenario", "--peer"), args);
        List<Scenario> scenarios = new ArrayList<>();
        options.all("--scenario").forEach(name -> scenarios.add(scenario(name, options)));
        run(
                options.programs(),
                scenarios.isEmpty() ? List.of(Scenario.values()) : scenarios,
                options.number("--rounds", DEFAULT_ROUNDS),
                System.out);
    }

    private static Scenario scenario(String name, Options options) {
        return switch (name) {
            case "switchover" -> Scenario.SWITCHOVER;
            case "postmaster" -> Scenario.POSTMASTER_KILLED;
            case "agent" -> Scenario.AGENT_TERMINATED;
            case "host" -> Scenario.HOST_LOST;
            default -> throw options.misused("unknown scenario " + name);
        };
    }

    private static void run(Map<String, AgentProgram> programs, List<Scenario> scenarios, int rounds, PrintStream out)
            throws IOException, InterruptedException, SQLException {
        out.printf("%-42s %-9s %10s %10s %10s %8s%n", "scenario", "agent", "median ms", "min ms", "max ms", "lost");
        for (Scenario scenario : scenarios) {
            for (Map.Entry<String, AgentProgram> program : programs.entrySet()) {
                try (EtcdServer etcd = EtcdServer.start()) {
                    Contender contender = new Contender(program.getKey(), program.getValue(), List.of(etcd.endpoint()));
                    print(scenario, contender.name(), contender.measure(scenario, rounds, config(scenario)), out);
                }
            }
        }
    }

    /** Nothing may be lost with the host, so there commits wait for a standby. */
    private static Map<String, Object> config(Scenario scenario) {
        return Map.of(
                "ttl",
                30,
                "loop_wait",
                10,
                "retry_timeout",
                10,
                "primary_start_timeout",
                0,
                "synchronous_mode",
                scenario == Scenario.HOST_LOST,
                "postgresql",
                Map.of("use_pg_rewind", true));
    }

    private static void print(Scenario scenario, String agent, Contender.Series series, PrintStream out) {
        List<Duration> sorted =
                series.gaps().stream().sorted(Comparator.naturalOrder()).toList();
        out.printf(
                Locale.ROOT,
                "%-42s %-9s %10d %10d %10d %8d   rounds: %s%n",
                scenario.label(),
                agent,
                sorted.get(sorted.size() / 2).toMillis(),
                sorted.get(0).toMillis(),
                sorted.get(sorted.size() - 1).toMillis(),
                series.lost(),
                series.gaps().stream().map(Duration::toMillis).toList());
        out.flush();
    }
}
