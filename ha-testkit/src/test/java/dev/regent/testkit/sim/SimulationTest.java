package dev.regent.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.testkit.sim.SimulationSettings.Mode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clusters keep their promises whatever goes wrong, and a cluster that lacks a protection is found out. */
class SimulationTest {
    private static final int CLUSTERS = 3000;
    private static final int STANDBY_CLUSTERS = 400;
    /** Takes less than a minute where nothing else runs. */
    private static final int LONGEST_MINUTES = 6;
    /** Enough for each protection to be missed; most are within the first few. */
    private static final int CLUSTERS_UNTIL_MISSED = 600;

    private static List<SimulationSettings> clusters(int number, Set<Protection> without) {
        List<SimulationSettings> all = new ArrayList<>();
        for (long seed = 1; seed <= number; seed++) {
            List<Mode> modes = modes(without);
            Mode mode = modes.get((int) (seed / 2 % modes.size()));
            all.add(new SimulationSettings(seed, Campaign.usualNodes(seed), mode, without));
        }
        return all;
    }

    /** Those in which the protection is needed. */
    private static List<Mode> modes(Set<Protection> without) {
        if (without.contains(Protection.QUORUM_VOTES)) {
            return List.of(Mode.QUORUM);
        }
        if (without.contains(Protection.START_GATE)) {
            return List.of(Mode.STRICT);
        }
        return without.contains(Protection.SYNC_CONFIRMATION) ? List.of(Mode.SYNC, Mode.QUORUM) : Mode.ALONE;
    }

    @Test
    @Timeout(value = LONGEST_MINUTES, unit = TimeUnit.MINUTES)
    void noClusterBreaksItsPromises() throws Exception {
        Campaign.Result result = new Campaign(clusters(CLUSTERS, Set.of()), false).run();

        assertThat(result.failures()).isEmpty();
        assertThat(result.simulated()).isEqualTo(CLUSTERS);
        assertThat(result.statistics().of("promotions")).isGreaterThan(CLUSTERS);
        assertThat(result.statistics().of("acknowledged commits")).isGreaterThan(100L * CLUSTERS);
    }

    @Test
    @Timeout(value = LONGEST_MINUTES, unit = TimeUnit.MINUTES)
    void theLeadMovesBetweenTwoClustersAndNothingIsLostThatWasThere() throws Exception {
        List<SimulationSettings> all = LongStream.rangeClosed(1, STANDBY_CLUSTERS)
                .mapToObj(seed -> new SimulationSettings(seed, Campaign.usualNodes(seed), Mode.STANDBY, Set.of()))
                .toList();

        Campaign.Result result = new Campaign(all, false).run();

        assertThat(result.failures()).isEmpty();
        assertThat(result.statistics().of("standby clusters promoted")).isGreaterThan(STANDBY_CLUSTERS);
        assertThat(result.statistics().of("clusters made standbys")).isGreaterThan(STANDBY_CLUSTERS / 2);
        assertThat(result.statistics().of("failovers of the remote cluster")).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Protection.class)
    void aClusterWithoutAProtectionIsFoundOut(Protection protection) throws Exception {
        Campaign.Result result = new Campaign(clusters(CLUSTERS_UNTIL_MISSED, Set.of(protection)), false).run();

        assertThat(result.failures()).isNotEmpty();
        assertThat(result.failures().get(0))
                .isInstanceOf(Violation.class)
                .hasMessageContaining(" --without " + protection.label());
    }

    @Test
    void theSameSeedAlwaysGivesTheSameCourseOfEvents() {
        SimulationSettings settings = new SimulationSettings(7, 5, Mode.SYNC, Set.of());

        assertThat(Simulation.run(settings))
                .hasToString(Simulation.run(settings).toString());
    }

    @Test
    void aFailureTellsWhatHappenedAndHowToSeeItAgain() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> args = List.of("--seeds", "20", "--mode", "off", "--without", "claim-before-promotion");

        int exit = SimulateMain.run(args, new PrintStream(out, true, StandardCharsets.UTF_8));

        assertThat(exit).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("mode off", "AGENT STARTS", "nobody leads and I am fit to")
                .contains("has opened for writes without holding the leader entry")
                .containsPattern("bin/simulate --seed \\d+ --seeds 1 --nodes \\d --mode off --without claim-before");
    }

    @Test
    void aRunTellsWhatWasSimulatedInNumbers() throws Exception {
        String told = told(0, "--seeds", "3", "--nodes", "3", "--mode", "quorum", "--failsafe", "on");

        assertThat(told)
                .containsPattern("3 seeds in [\\d.]+ s, 0 failed; [\\d.]+ simulated hours; ")
                .containsPattern("\\d+ acknowledged commits")
                .containsPattern("faults: \\d+ ");
    }

    @Test
    void aReplayNamesWhatTheSeedDoesNotDraw() {
        long drawn = 2;
        long notDrawn = 5;

        assertThat(new SimulationSettings(notDrawn, 3, Mode.SYNC, true, Set.of()).replayCommand())
                .endsWith("--mode sync --failsafe on");
        assertThat(new SimulationSettings(drawn, 3, Mode.SYNC, false, Set.of()).replayCommand())
                .endsWith("--mode sync --failsafe off");
        assertThat(new SimulationSettings(drawn, 3, Mode.SYNC, Set.of()).replayCommand())
                .endsWith("--mode sync");
    }

    @Test
    void aWrongCommandLineIsExplained() throws Exception {
        assertThat(told(2, "--mode", "fast"))
                .contains("expected off, sync, strict, quorum or standby, found \"fast\"")
                .contains("usage: simulate");
        assertThat(told(2, "--seeds", "many"))
                .contains("expected a number from 1 to 10000000 after --seeds, found \"many\"");
        assertThat(told(2, "--nodes", "0")).contains("expected a number from 1 to 9 after --nodes, found \"0\"");
        assertThat(told(2, "--failsafe", "perhaps")).contains("expected on or off, found \"perhaps\"");
        assertThat(told(2, "--seed")).contains("expected a value after --seed");
        assertThat(told(2, "--fast", "1")).contains("unknown option --fast");
        assertThat(told(0, "--help")).startsWith("usage: simulate");
    }

    private static String told(int exit, String... args) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertThat(SimulateMain.run(List.of(args), new PrintStream(out, true, StandardCharsets.UTF_8)))
                .isEqualTo(exit);
        return out.toString(StandardCharsets.UTF_8);
    }
}
