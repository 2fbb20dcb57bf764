package dev.regent.examples.torture;

import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.cluster.AgentProgram;
import dev.regent.testkit.ledger.LedgerClient;
import dev.regent.testkit.process.EtcdServer;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Kills agents, servers, and the tools that they run at random moments of clusters' lives, over real PostgreSQL and real etcd,
 * while a client writes with synchronous replication. Afterwards every node must stream, nothing that was acknowledged may
 * be missing anywhere, and no process, lock or file may be left over. The seed says who is killed when, as far as real
 * processes repeat themselves.
 */
public final class Torture {
    private static final String SCOPE = "torture";
    private static final int KILLS_OF_A_CLUSTER = 25;
    private static final Duration UNTIL_WELL = Duration.ofMinutes(4);
    private static final String USAGE = "usage: bin/torture [--kills N] [--seed N]";

    private static final Map<String, Object> CONFIG = Map.of(
            "ttl", 20,
            "loop_wait", 2,
            "retry_timeout", 5,
            "synchronous_mode", true,
            "postgresql",
                    Map.of(
                            "use_pg_rewind",
                            true,
                            "parameters",
                            Map.of("max_wal_size", "64MB", "min_wal_size", "32MB", "checkpoint_timeout", "30s")));

    private final AgentProgram program;
    private final long seed;
    private final PrintStream out;
    private final Chance chance;
    private final Killer killer;
    private final List<Duration> recoveries = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private long acknowledged;

    public Torture(AgentProgram program, long seed, PrintStream out) {
        this.program = program;
        this.seed = seed;
        this.chance = new Chance(seed);
        this.killer = new Killer(chance);
        this.out = out;
    }

    public static void main(String[] args) throws IOException, InterruptedException, SQLException {
        int kills = 200;
        long seed = Chance.now().toNanos() % 1_000_000;
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length || !args[i + 1].matches("[0-9]{1,9}")) {
                throw new IllegalArgumentException(USAGE);
            }
            switch (args[i]) {
                case "--kills" -> kills = Integer.parseInt(args[i + 1]);
                case "--seed" -> seed = Long.parseLong(args[i + 1]);
                default -> throw new IllegalArgumentException("unknown option " + args[i] + "; " + USAGE);
            }
        }
        AgentProgram regent = AgentProgram.regent(System.getProperty("regent.command", "bin/regent"));
        List<String> faults = new Torture(regent, seed, System.out).run(kills);
        System.exit(faults.isEmpty() ? 0 : 1);
    }

    /** Kills so often, or a few times more, and returns what is wrong afterwards. */
    public List<String> run(int kills) throws IOException, InterruptedException, SQLException {
        out.printf("seed %d, repeat it with: bin/torture --kills %d --seed %d%n", seed, kills, seed);
        Duration begun = Chance.now();
        while (killer.count() < kills && faults.isEmpty()) {
            live(Math.min(kills, killer.count() + KILLS_OF_A_CLUSTER));
        }
        report(Chance.now().minus(begun));
        return List.copyOf(faults);
    }

    private void live(int kills) throws IOException, InterruptedException, SQLException {
        try (EtcdServer etcd = EtcdServer.start();
                AgentCluster cluster =
                        AgentCluster.prepare(SCOPE, program, List.of(etcd.endpoint()), Chapter.SIZE, CONFIG);
                LedgerClient ledger = new LedgerClient(cluster.jdbcUrls(), cluster.user(), cluster.password())) {
            ledger.start();
            Chapter chapter = new Chapter(cluster, ledger, chance, killer, out);
            chapter.run(kills);
            recoveries.addAll(chapter.recoveries());
            ledger.stop();
            acknowledged += ledger.size();
            chapter.awaitStreaming();
            checkData(cluster, ledger);
            for (Agent agent : cluster.agents()) {
                agent.stop();
            }
            faults.addAll(Leftovers.of(cluster, SCOPE, etcd.endpoint()));
            if (!faults.isEmpty()) {
                cluster.keepFiles();
            }
        }
    }

    private void checkData(AgentCluster cluster, LedgerClient ledger) throws InterruptedException, SQLException {
        for (Agent agent : cluster.agents()) {
            List<Long> missing = ledger.missingOn(agent.jdbcUrl());
            Duration deadline = Chance.now().plus(UNTIL_WELL);
            while (!missing.isEmpty() && Chance.now().compareTo(deadline) < 0) {
                // A standby may replay a little later than it receives
                Chance.lookAgain();
                missing = ledger.missingOn(agent.jdbcUrl());
            }
            if (!missing.isEmpty()) {
                faults.add(missing.size() + " acknowledged writes are missing on " + agent + ": " + missing);
            }
        }
    }

    private void report(Duration took) {
        killer.kills().forEach((what, times) -> out.printf("%4d x %s%n", times, what));
        List<Duration> sorted =
                recoveries.stream().sorted(Comparator.naturalOrder()).toList();
        out.printf(
                "%d kills in %d s, %d acknowledged writes; well again after %d ms in the median, %d ms at most%n",
                killer.count(),
                took.toSeconds(),
                acknowledged,
                sorted.get(sorted.size() / 2).toMillis(),
                sorted.get(sorted.size() - 1).toMillis());
        faults.forEach(fault -> out.println("WRONG: " + fault));
        out.println(faults.isEmpty() ? "nothing lost, nothing left over" : faults.size() + " faults");
    }
}
