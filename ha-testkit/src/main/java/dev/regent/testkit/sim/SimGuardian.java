package dev.regent.testkit.sim;

import dev.regent.ha.spi.Watchdog;
import java.time.Duration;

/**
 * The process beside the agent that kills the server at its deadline unless told otherwise; it survives the agent and falls
 * with the host. Used by one thread.
 */
final class SimGuardian implements Watchdog {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long LONGEST_STRIKE = 200 * EventQueue.MILLISECOND;

    private final SimServer server;
    private final EventQueue queue;
    private final Dice dice;
    private final double clockRate;
    private long deadline = NEVER;
    private boolean frozen;

    SimGuardian(SimServer server, EventQueue queue, Dice dice, double clockRate) {
        this.server = server;
        this.queue = queue;
        this.dice = dice;
        this.clockRate = clockRate;
    }

    @Override
    public boolean allowFor(Duration left) {
        long promised = queue.now() + (long) (EventQueue.micros(left) / clockRate);
        deadline = promised;
        queue.after(promised - queue.now(), () -> {
            if (deadline == promised && !frozen) {
                queue.after(dice.between(0, LONGEST_STRIKE), this::strikeIfDue);
            }
        });
        return true;
    }

    @Override
    public void disarm() {
        deadline = NEVER;
    }

    private void strikeIfDue() {
        if (deadline > queue.now() || frozen) {
            return;
        }
        deadline = NEVER;
        if (!server.isDown()) {
            server.observer().noted(server, "is killed by its guardian");
            server.crash();
        }
    }

    void freeze() {
        frozen = true;
    }

    /** The guardian goes on, and looks at its clock before anything else happens on its host. */
    void thaw() {
        frozen = false;
        strikeIfDue();
    }
}
