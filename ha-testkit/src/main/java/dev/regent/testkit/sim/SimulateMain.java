package dev.regent.testkit.sim;

import dev.regent.testkit.sim.SimulationSettings.Mode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Simulates clusters, many at a time: {@code bin/simulate --help} says how. */
public final class SimulateMain {
    private static final String USAGE = """
            usage: simulate [--seeds N] [--seed S] [--nodes N] [--mode off|sync|strict|quorum|standby]
                            [--failsafe on|off] [--without PROTECTION]... [--keep-going]
              --seeds    how many clusters, each with the next seed (default 1000)
              --seed     the first seed (default 1)
              --nodes    members of each cluster (default: 3 and 5 in turn)
              --mode     synchronous mode (default: the first four in turn)
              --failsafe failsafe mode (default: in about a quarter of the clusters)
              --without  leave a protection out, to see it missed: %s
              --keep-going  simulate all seeds although some fail""".formatted(protections());

    private static final long MOST_SEEDS = 10_000_000;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private SimulateMain() {}

    public static void main(String[] args) throws InterruptedException {
        System.exit(run(List.of(args), System.out));
    }

    static int run(List<String> args, PrintStream out) throws InterruptedException {
        if (args.contains("--help")) {
            out.println(USAGE);
            return 0;
        }
        try {
            return simulate(new Arguments(args), out);
        } catch (IllegalArgumentException wrong) {
            out.println("simulate: " + wrong.getMessage());
            out.println(USAGE);
            return MISUSED;
        }
    }

    private static int simulate(Arguments arguments, PrintStream out) throws InterruptedException {
        long start = System.nanoTime();
        Campaign campaign = new Campaign(arguments.all(), arguments.keepGoing);
        Campaign.Result result = campaign.run();
        result.failures().forEach(failure -> out.println(failure.getMessage() + "\n"));
        out.printf(
                Locale.ROOT,
                "%d seeds in %.1f s, %d failed; %s%n",
                result.simulated(),
                (System.nanoTime() - start) / 1e9,
                result.failures().size(),
                result.statistics());
        return result.failures().isEmpty() ? 0 : FAILED;
    }

    private static String protections() {
        return String.join(
                ", ",
                EnumSet.allOf(Protection.class).stream().map(Protection::label).toList());
    }

    /** The command line as values. */
    private static final class Arguments {
        private long seeds = 1000;
        private long first = 1;
        private int nodes;
        private List<Mode> modes = Mode.ALONE;
        private final Set<Protection> without = EnumSet.noneOf(Protection.class);
        private boolean keepGoing;
        private Optional<Boolean> failsafe = Optional.empty();

        Arguments(List<String> args) {
            Iterator<String> rest = args.iterator();
            while (rest.hasNext()) {
                String option = rest.next();
                if (option.equals("--keep-going")) {
                    keepGoing = true;
                } else if (rest.hasNext()) {
                    accept(option, rest.next());
                } else {
                    throw new IllegalArgumentException("expected a value after " + option);
                }
            }
        }

        private void accept(String option, String value) {
            switch (option) {
                case "--seeds" -> seeds = number(option, value, 1, MOST_SEEDS);
                case "--seed" -> first = number(option, value, 0, Long.MAX_VALUE - MOST_SEEDS);
                case "--nodes" -> nodes = (int) number(option, value, 1, SimulationSettings.MOST_NODES);
                case "--mode" -> modes = List.of(Mode.parse(value));
                case "--failsafe" -> failsafe = Optional.of(isOn(value));
                case "--without" -> without.add(Protection.parse(value));
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }

        private static long number(String option, String value, long least, long most) {
            try {
                long number = Long.parseLong(value);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException notANumber) {
                // Told below
            }
            throw new IllegalArgumentException("expected a number from " + least + " to " + most + " after " + option
                    + ", found \"" + value + "\"");
        }

        private static boolean isOn(String value) {
            return switch (value) {
                case "on" -> true;
                case "off" -> false;
                default -> throw new IllegalArgumentException("expected on or off, found \"" + value + "\"");
            };
        }

        /** Seeds choose what the command line leaves open, so that one seed always means the same. */
        List<SimulationSettings> all() {
            List<SimulationSettings> all = new ArrayList<>();
            for (long seed = first; seed < first + seeds; seed++) {
                Mode mode = modes.get((int) Math.floorMod(seed / 2, (long) modes.size()));
                int members = nodes > 0 ? nodes : Campaign.usualNodes(seed);
                boolean lives = failsafe.orElse(SimulationSettings.isDrawnForFailsafe(seed, without));
                all.add(new SimulationSettings(seed, members, mode, lives, without));
            }
            return all;
        }
    }
}
