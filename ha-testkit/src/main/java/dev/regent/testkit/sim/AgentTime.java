package dev.regent.testkit.sim;

import java.util.ArrayList;
import java.util.List;

/** The time of one agent's life: it can be paused, and ends with the agent's death. Used by one thread. */
final class AgentTime {
    private final EventQueue queue;
    private final List<Runnable> atResume = new ArrayList<>();
    private boolean dead;
    private boolean paused;

    AgentTime(EventQueue queue) {
        this.queue = queue;
    }

    boolean isDead() {
        return dead;
    }

    boolean isPaused() {
        return paused;
    }

    /** Whether the agent would answer somebody who asked it. */
    boolean isResponsive() {
        return !dead && !paused;
    }

    void die() {
        dead = true;
        atResume.clear();
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        List<Runnable> due = List.copyOf(atResume);
        atResume.clear();
        due.forEach(step -> queue.after(0, () -> run(step)));
    }

    void checkAlive() {
        if (dead) {
            throw new AgentGone();
        }
    }

    /** Lets time pass within a step of the agent; a pause that begins meanwhile makes it longer where that is possible. */
    void pass(long micros) {
        queue.waitFor(micros);
        while (paused && !dead && queue.canWait()) {
            queue.waitFor(EventQueue.MILLISECOND * 100);
        }
        checkAlive();
    }

    /** Runs a step of the agent after some time; if it is paused then, when it goes on. */
    void after(long delay, Runnable step) {
        queue.after(delay, () -> run(step));
    }

    private void run(Runnable step) {
        if (dead) {
            return;
        }
        if (paused) {
            atResume.add(step);
            return;
        }
        try {
            step.run();
        } catch (AgentGone gone) {
            assert dead : "only the dead are gone";
        }
    }
}
