package dev.regent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.agent.Regent;
import dev.regent.examples.torture.Torture;
import dev.regent.testkit.cluster.AgentProgram;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A short one of what {@code bin/torture} does at length. */
class TortureIT {
    private static final int KILLS = 4;
    private static final long SEED = 3;

    @Test
    void nothingIsLostAndNothingLeftOver() throws Exception {
        AgentProgram regent = AgentProgram.regent(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Regent.class.getName());

        assertThat(new Torture(regent, SEED, System.out).run(KILLS)).isEmpty();
    }
}
