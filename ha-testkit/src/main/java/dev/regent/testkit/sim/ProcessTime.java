package dev.regent.testkit.sim;

import java.util.ArrayList;
import java.util.List;

/** What the processes of a server still have to do: nothing once they have ended, later while they stand still. Used by one thread. */
final class ProcessTime {
    private final EventQueue queue;
    private final List<Runnable> atThaw = new ArrayList<>();
    private int life;
    private boolean frozen;

    ProcessTime(EventQueue queue) {
        this.queue = queue;
    }

    boolean isFrozen() {
        return frozen;
    }

    void freeze() {
        frozen = true;
    }

    /** Goes on; returns what has become due meanwhile. */
    List<Runnable> thaw() {
        frozen = false;
        List<Runnable> due = List.copyOf(atThaw);
        atThaw.clear();
        return due;
    }

    void end() {
        life++;
        frozen = false;
        atThaw.clear();
    }

    /** Does something after a while if the same process still runs then; a frozen one does it when it goes on. */
    void after(long delay, Runnable what) {
        int present = life;
        queue.after(delay, () -> unlessOver(present, what));
    }

    private void unlessOver(int present, Runnable what) {
        if (life != present) {
            return;
        }
        if (frozen) {
            atThaw.add(() -> unlessOver(present, what));
        } else {
            what.run();
        }
    }
}
