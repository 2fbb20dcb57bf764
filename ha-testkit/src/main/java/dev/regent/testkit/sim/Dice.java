package dev.regent.testkit.sim;

import java.util.List;
import java.util.SplittableRandom;

/** The only source of chance in a simulation: the same seed throws the same numbers. Used by one thread. */
final class Dice {
    private final SplittableRandom random;

    Dice(long seed) {
        this(new SplittableRandom(seed));
    }

    private Dice(SplittableRandom random) {
        this.random = random;
    }

    /** Dice of its own for one part of a simulation, so that another part does not change what it throws. */
    Dice split() {
        return new Dice(random.split());
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** From {@code least} to {@code most}, both included. */
    long between(long least, long most) {
        return least >= most ? least : random.nextLong(least, most + 1);
    }

    int upTo(int most) {
        return random.nextInt(most + 1);
    }

    double fraction() {
        return random.nextDouble();
    }

    <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
