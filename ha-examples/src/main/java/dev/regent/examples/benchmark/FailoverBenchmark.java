package dev.regent.examples.benchmark;

import dev.regent.testkit.cluster.AgentProgram;
import dev.regent.testkit.process.EtcdServer;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
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
        int rounds = DEFAULT_ROUNDS;
        List<Scenario> scenarios = new ArrayList<>();
        Map<String, AgentProgram> programs = new LinkedHashMap<>();
        programs.put("regent", AgentProgram.regent(System.getProperty("regent.command", "bin/regent")));
        for (int i = 0; i + 1 < args.length; i += 2) {
            String value = args[i + 1];
            switch (args[i]) {
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--scenario" -> scenarios.add(scenario(value));
                case "--peer" ->
                    programs.put(value.substring(value.lastIndexOf('/') + 1), AgentProgram.peer(value.split(" ")));
                default -> throw new IllegalArgumentException("unknown option " + args[i] + "; " + USAGE);
            }
        }
        if (args.length % 2 != 0) {
            throw new IllegalArgumentException(USAGE);
        }
        run(programs, scenarios.isEmpty() ? List.of(Scenario.values()) : scenarios, rounds, System.out);
    }

    private static Scenario scenario(String name) {
        return switch (name) {
            case "switchover" -> Scenario.SWITCHOVER;
            case "postmaster" -> Scenario.POSTMASTER_KILLED;
            case "agent" -> Scenario.AGENT_TERMINATED;
            case "host" -> Scenario.HOST_LOST;
            default -> throw new IllegalArgumentException("unknown scenario " + name + "; " + USAGE);
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
