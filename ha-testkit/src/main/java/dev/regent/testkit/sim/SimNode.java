package dev.regent.testkit.sim;

import dev.regent.ha.decision.NodeOrder;
import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.RestartConditions;
import dev.regent.ha.model.ScheduledRestart;
import dev.regent.ha.spi.FailsafeAnswer;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One host: its clock, its road to the store, its server and guardian, and the agent of the moment. Used by one thread. */
final class SimNode {
    /** How far a clock may go wrong: the margins before a session ends must cover it. */
    private static final double LARGEST_DRIFT = 0.01;

    private static final long SHORTEST_BOOT = 20 * EventQueue.SECOND;
    private static final long LONGEST_BOOT = 90 * EventQueue.SECOND;

    private final SimCluster cluster;
    private final SimServer server;
    private final StoreRoad road = new StoreRoad();
    private final Dice dice;
    private final double clockRate;
    private final SimGuardian guardian;
    private final SimDevice device;
    private @Nullable SimAgent agent;
    private boolean frozen;
    /** To whom the word was given until when, also by agents that are gone. */
    private final Map<NodeName, Long> words = new HashMap<>();

    SimNode(SimCluster cluster, SimServer server) {
        this.cluster = cluster;
        this.server = server;
        this.dice = cluster.dice().split();
        this.clockRate = 1 + LARGEST_DRIFT * (2 * dice.fraction() - 1);
        this.guardian = new SimGuardian(server, cluster.queue(), dice.split(), clockRate);
        this.device = new SimDevice(cluster.queue(), clockRate, this::resetHost);
    }

    NodeName name() {
        return server.name();
    }

    SimServer server() {
        return server;
    }

    StoreRoad road() {
        return road;
    }

    SimGuardian guardian() {
        return guardian;
    }

    SimDevice device() {
        return device;
    }

    /** How much time this host counts while a second passes. */
    double clockRate() {
        return clockRate;
    }

    boolean hasAgent() {
        return agent != null && !agent.time().isDead();
    }

    boolean isResponsive() {
        return agent != null && agent.time().isResponsive();
    }

    boolean isFrozen() {
        return frozen;
    }

    private void note(String what) {
        cluster.trace().note(name().value(), () -> what);
    }

    /** What the agent says to a primary that wants to go on without the store, if it says anything. */
    Optional<FailsafeAnswer> answer(FailsafeAnnouncement primary) {
        if (agent == null || !isResponsive()) {
            return Optional.empty();
        }
        FailsafeAnswer answer = cluster.settings().leavesOut(Protection.FAILSAFE_PLEDGE)
                ? new FailsafeAnswer.Accepted(Optional.of(HaConfig.DEFAULT.ttl()), Optional.empty())
                : agent.answer(primary);
        if (answer instanceof FailsafeAnswer.Accepted accepted) {
            Duration pledged = accepted.pledgedFor().orElse(HaConfig.DEFAULT.ttl());
            words.put(primary.name(), cluster.queue().now() + (long) (EventQueue.micros(pledged) / clockRate));
        }
        return Optional.of(answer);
    }

    /** Whether this node has let the primary go on without the store until later than now. */
    boolean hasGivenWordTo(NodeName primary) {
        return words.getOrDefault(primary, 0L) > cluster.queue().now();
    }

    /** Starts a new agent, which adopts the server as it is. */
    void startAgent() {
        if (hasAgent() || frozen) {
            return;
        }
        note("AGENT STARTS");
        SimAgent started = new SimAgent(this, cluster, dice.split());
        agent = started;
        started.start();
    }

    void crashAgent() {
        if (agent != null && hasAgent()) {
            note("AGENT DIES");
            agent.die();
        }
    }

    /** The agent leaves in good order. */
    void shutDownAgent() {
        if (agent != null && isResponsive()) {
            note("AGENT IS TOLD TO LEAVE");
            agent.shutDown();
        }
    }

    /** A person asks the agent to restart its server, or to copy the data anew; false when it cannot be asked. */
    boolean order(NodeOrder order) {
        if (agent == null || !isResponsive()) {
            return false;
        }
        note("IS ORDERED TO " + order);
        boolean taken = !agent.orders().give(order).isDone();
        agent.nudge();
        return taken;
    }

    /** False when the agent cannot be asked, or has a restart scheduled already. */
    boolean scheduleRestart(OffsetDateTime at) {
        if (agent == null || !isResponsive()) {
            return false;
        }
        note("IS TO RESTART ITS SERVER AT " + at);
        Optional<String> startedAt = server.status().facts().postmasterStartTime();
        boolean scheduled = agent.orders().schedule(new ScheduledRestart(at, RestartConditions.NONE, startedAt));
        agent.nudge();
        return scheduled;
    }

    void pauseAgent() {
        if (agent != null && isResponsive()) {
            note("AGENT STANDS STILL");
            agent.time().pause();
        }
    }

    void resumeAgent() {
        if (agent != null && hasAgent() && agent.time().isPaused() && !frozen) {
            note("AGENT GOES ON");
            agent.time().resume();
        }
    }

    void crashServer() {
        if (!server.isDown()) {
            note("SERVER IS KILLED");
            server.crash();
        }
    }

    /** Agent, server and guardian are gone at once. */
    void crashHost() {
        note("HOST CRASHES");
        thaw();
        guardian.disarm();
        device.powerOff();
        if (agent != null) {
            agent.die();
        }
        server.crash();
    }

    /** Its watchdog device has lost patience: everything ends as it is, and the host boots. */
    private void resetHost() {
        note("HOST IS RESET BY ITS WATCHDOG");
        frozen = false;
        device.powerOff();
        if (agent != null) {
            agent.die();
        }
        server.crash();
        cluster.queue().after(dice.between(SHORTEST_BOOT, LONGEST_BOOT), this::startAgent);
    }

    /** Nothing on the host moves, as in a virtual machine that is moved. */
    void freeze() {
        if (!frozen) {
            note("HOST FREEZES");
            frozen = true;
            pauseAgent();
            guardian.freeze();
            server.freeze();
        }
    }

    void thaw() {
        if (frozen) {
            note("HOST GOES ON");
            frozen = false;
            guardian.thaw();
            server.thaw();
            resumeAgent();
        }
    }

    void loseDisk() {
        note("DISK IS LOST");
        crashHost();
        server.loseDisk();
    }
}
