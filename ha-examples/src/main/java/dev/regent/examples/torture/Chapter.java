package dev.regent.examples.torture;

import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.cluster.Topology;
import dev.regent.testkit.ledger.LedgerClient;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The life of one cluster, from its creation on, under a client that writes. Used by one thread. */
final class Chapter {
    static final int SIZE = 3;

    private static final Duration UNTIL_HEALTHY = Duration.ofMinutes(4);
    private static final Duration UNTIL_WRITING = Duration.ofMinutes(1);
    private static final Duration LONGEST_BEFORE_KILL = Duration.ofSeconds(3);
    private static final Duration LONGEST_DOWN = Duration.ofSeconds(3);
    private static final double KILLED_AGAIN = 0.35;
    private static final double KILLED_AGAIN_AT_BIRTH = 0.6;
    private static final double HELPER_KILLED = 0.5;
    private static final double KILLED_ITSELF = 0.75;

    private final AgentCluster cluster;
    private final LedgerClient ledger;
    private final Chance chance;
    private final Killer killer;
    private final PrintStream out;
    private final List<Duration> recoveries = new ArrayList<>();

    Chapter(AgentCluster cluster, LedgerClient ledger, Chance chance, Killer killer, PrintStream out) {
        this.cluster = cluster;
        this.ledger = ledger;
        this.chance = chance;
        this.killer = killer;
        this.out = out;
    }

    /** How long each time passed from the last kill until all was well again. */
    List<Duration> recoveries() {
        return recoveries;
    }

    /** Goes on until so many have been killed in all. */
    void run(int kills) throws IOException, InterruptedException {
        cluster.startAll();
        do {
            startAll();
            hurt(Moment.BOOTSTRAP, chance.oneOf(cluster.agents()));
        } while (chance.is(KILLED_AGAIN_AT_BIRTH));
        recover();
        while (killer.count() < kills) {
            Moment moment = chance.oneOf(Moment.ofLife());
            hurt(moment, provoke(moment));
            while (chance.is(KILLED_AGAIN)) {
                startAll();
                hurt(moment, chance.oneOf(cluster.agents()));
            }
            recover();
        }
    }

    /** Makes the moment come, and says whose moment it is. */
    private Agent provoke(Moment moment) throws IOException, InterruptedException {
        Agent leader = cluster.leader();
        Agent any = chance.oneOf(cluster.agents());
        switch (moment) {
            case CLONE -> {
                Agent replica = cluster.agent(dispensable());
                killer.kill(moment, Victim.HOST, replica);
                deleteData(replica.dataDir());
                replica.start();
                return chance.is(KILLED_ITSELF) ? replica : leader;
            }
            case REWIND -> {
                killer.kill(moment, Victim.HOST, leader);
                ledger.awaitWrite(UNTIL_WRITING, url -> !url.equals(leader.jdbcUrl()));
                leader.start();
                return chance.is(KILLED_ITSELF) ? leader : any;
            }
            case PROMOTE -> {
                killer.kill(moment, Victim.HOST, leader);
                return chance.oneOf(others(leader));
            }
            case STOP -> {
                any.terminate();
                return any;
            }
            case RESTART -> {
                killer.kill(moment, Victim.POSTMASTER, any);
                return any;
            }
            case SWITCHOVER -> {
                Agent candidate = cluster.agent(synchronousStandby());
                switchOver(leader, candidate);
                return chance.is(KILLED_ITSELF) ? leader : candidate;
            }
            case BOOTSTRAP -> {
                return any;
            }
        }
        return any;
    }

    private void hurt(Moment moment, Agent agent) throws IOException, InterruptedException {
        Optional<String> killed;
        if (moment.hasHelpers() && chance.is(HELPER_KILLED)) {
            killed = killer.killHelper(moment, cluster.agents());
        } else {
            chance.pause(LONGEST_BEFORE_KILL);
            killed = killer.kill(moment, chance.oneOf(moment.victims()), agent);
        }
        out.printf("%4d  %-10s %s%n", killer.count(), moment, killed.orElse("nobody: whom to kill was not there"));
        out.flush();
        chance.pause(LONGEST_DOWN);
    }

    private void recover() throws IOException, InterruptedException {
        Duration begun = Chance.now();
        startAll();
        awaitStreaming();
        if (!ledger.awaitWrite(UNTIL_WRITING, url -> true)) {
            throw new IllegalStateException("expected a healthy cluster to take writes, found that it does not");
        }
        recoveries.add(Chance.now().minus(begun));
    }

    /** What the store says of a member that was killed is what it said last; so the leader's server is asked, too. */
    void awaitStreaming() throws InterruptedException {
        Duration deadline = Chance.now().plus(UNTIL_HEALTHY);
        do {
            cluster.await(UNTIL_HEALTHY, "one leader and streaming replicas", Chapter::isWell);
            if (streaming() == SIZE - 1) {
                return;
            }
            Chance.lookAgain();
        } while (Chance.now().compareTo(deadline) < 0);
        cluster.keepFiles();
        throw new IllegalStateException(
                "expected " + (SIZE - 1) + " standbys to stream from the leader, found " + streaming());
    }

    private int streaming() throws InterruptedException {
        String url = cluster.leader().jdbcUrl();
        try (Connection connection = DriverManager.getConnection(url, cluster.user(), cluster.password());
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")) {
            row.next();
            return row.getInt(1);
        } catch (SQLException down) {
            return -1;
        }
    }

    private void startAll() throws IOException, InterruptedException {
        for (Agent agent : cluster.agents()) {
            if (agent.isRunning() && agent.isTerminating()) {
                agent.awaitEnd();
            }
            if (!agent.isRunning()) {
                agent.start();
            }
        }
    }

    static boolean isWell(Topology seen) {
        Predicate<Topology.Row> streams = row -> row.state().equals("streaming");
        return seen.isHealthy(SIZE)
                && seen.members().stream().filter(streams).count() == SIZE - 1
                && seen.hasSynchronousStandby();
    }

    private String synchronousStandby() throws InterruptedException {
        return cluster.topology().flatMap(Topology::synchronousStandby).orElse("node1");
    }

    /** Neither it nor its data is needed to keep what was acknowledged. */
    private String dispensable() throws InterruptedException {
        awaitStreaming();
        Topology seen = cluster.await(UNTIL_HEALTHY, "a replica that can be spared", Chapter::isWell);
        return seen.members().stream()
                .filter(row -> row.role().equals("replica"))
                .map(Topology.Row::name)
                .findFirst()
                .orElseThrow();
    }

    private List<Agent> others(Agent agent) {
        return cluster.agents().stream()
                .filter(other -> !other.name().equals(agent.name()))
                .toList();
    }

    private void switchOver(Agent leader, Agent candidate) {
        Thread request = new Thread(
                () -> {
                    try {
                        cluster.switchover(leader, candidate);
                    } catch (IOException killed) {
                        // Whom it was sent to has been killed
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                },
                "switchover");
        request.setDaemon(true);
        request.start();
    }

    private static void deleteData(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
