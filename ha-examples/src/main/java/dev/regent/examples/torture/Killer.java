package dev.regent.examples.torture;

import dev.regent.testkit.cluster.Agent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Kills, and counts whom it has killed. Used by one thread. */
final class Killer {
    /** A tool that has not been started by then is not going to be. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private static final Set<String> TOOLS = Set.of("initdb", "pg_basebackup", "pg_rewind");

    private final Map<String, Integer> kills = new TreeMap<>();
    private int count;

    /** Kills what there is to kill; false when there was nothing. */
    boolean kill(Moment moment, Victim victim, Agent agent) throws IOException, InterruptedException {
        boolean killed = switch (victim) {
            case AGENT -> killAgent(agent);
            case POSTMASTER -> killPostmaster(agent);
            case HELPER -> killHelper(agent);
            case HOST -> killHost(agent);
        };
        if (killed) {
            count++;
            kills.merge(moment + " " + victim, 1, Integer::sum);
        }
        return killed;
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
                agent.postmasterPid().flatMap(ProcessHandle::of).filter(process -> isPostgres(process));
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

    private static boolean killHelper(Agent agent) {
        Duration deadline = Chance.now().plus(PATIENCE);
        while (Chance.now().compareTo(deadline) < 0) {
            Optional<ProcessHandle> helper = helper(agent);
            if (helper.isPresent()) {
                return helper.get().destroyForcibly();
            }
            Chance.lookAgain();
        }
        return false;
    }

    private static Optional<ProcessHandle> helper(Agent agent) {
        return ProcessHandle.allProcesses()
                .filter(process -> isTool(process, agent.dataDir()))
                .findFirst();
    }

    private static boolean isTool(ProcessHandle process, Path dataDir) {
        String program = program(process);
        boolean candidate = TOOLS.contains(program) || program.equals("postgres");
        if (!candidate) {
            return false;
        }
        String line = commandLine(process);
        return line.contains(dataDir.toString()) && (TOOLS.contains(program) || line.contains("\0--single\0"));
    }

    private static boolean isPostgres(ProcessHandle process) {
        return program(process).equals("postgres");
    }

    private static String program(ProcessHandle process) {
        try {
            return String.valueOf(Files.readSymbolicLink(Path.of("/proc", String.valueOf(process.pid()), "exe"))
                    .getFileName());
        } catch (IOException gone) {
            return "";
        }
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }
}
