package dev.regent.examples.torture;

import dev.regent.testkit.cluster.Agent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Kills, and counts whom it has killed. Used by one thread. */
final class Killer {
    /** A tool that has not been started by then is not going to be. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    /** Tools are killed at their beginning, in the middle, and near their end. */
    private static final Duration LONGEST_LIFE = Duration.ofMillis(300);

    private static final double KILLED_AT_ONCE = 0.5;

    private final Chance chance;
    private final Map<String, Integer> kills = new TreeMap<>();
    private int count;

    Killer(Chance chance) {
        this.chance = chance;
    }

    /** Kills what there is to kill of one agent; empty when there was nothing, or what it was. */
    Optional<String> kill(Moment moment, Victim victim, Agent agent) throws IOException, InterruptedException {
        boolean killed = switch (victim) {
            case AGENT -> killAgent(agent);
            case POSTMASTER -> killPostmaster(agent);
            case HELPER -> throw new IllegalArgumentException("expected an agent's own, found " + victim);
            case HOST -> killHost(agent);
        };
        return killed ? counted(moment, victim + " " + agent, victim.toString()) : Optional.empty();
    }

    /** Waits for a tool of any of them, and kills it; empty when there was none. */
    Optional<String> killHelper(Moment moment, List<Agent> agents) throws IOException {
        List<Path> dataDirs = agents.stream().map(Agent::dataDir).toList();
        Duration deadline = Chance.now().plus(PATIENCE);
        while (Chance.now().compareTo(deadline) < 0) {
            Optional<Tools.RunningTool> tool = Tools.running(dataDirs);
            if (tool.isPresent()) {
                if (!chance.is(KILLED_AT_ONCE)) {
                    chance.pause(LONGEST_LIFE);
                }
                String what = Victim.HELPER + " " + tool.get().name();
                ProcessHandle process = tool.get().process();
                if (process.isAlive() && process.destroyForcibly()) {
                    return counted(moment, what, what);
                }
            }
            Chance.lookAgain();
        }
        return Optional.empty();
    }

    private Optional<String> counted(Moment moment, String what, String kind) {
        count++;
        kills.merge(moment + " " + kind, 1, Integer::sum);
        return Optional.of(what);
    }

    int count() {
        return count;
    }

    /** How often what was killed when. */
    Map<String, Integer> kills() {
        return kills;
    }

    private static boolean killAgent(Agent agent) throws InterruptedException {
        if (!agent.isRunning()) {
            return false;
        }
        agent.kill();
        return true;
    }

    private static boolean killPostmaster(Agent agent) throws IOException {
        Optional<ProcessHandle> postmaster =
                agent.postmasterPid().flatMap(ProcessHandle::of).filter(Tools::isPostgres);
        postmaster.ifPresent(ProcessHandle::destroyForcibly);
        return postmaster.isPresent();
    }

    private static boolean killHost(Agent agent) throws IOException, InterruptedException {
        if (!agent.isRunning()) {
            return false;
        }
        agent.killHost();
        return true;
    }
}
