package dev.regent.examples;

import dev.regent.agent.Regent;
import dev.regent.testkit.cluster.AgentProgram;
import java.nio.file.Path;

/** Our agent as a process of its own, on this test's class path. */
final class ThisBuild {
    private ThisBuild() {}

    static AgentProgram regent() {
        return AgentProgram.regent(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Regent.class.getName());
    }
}
