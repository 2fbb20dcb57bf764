package dev.regent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.examples.demo.Demo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {
    private static final int MINUTES = 5;

    @TempDir
    private Path temporary;

    @Test
    void theDemonstrationLosesNothingAndLeavesNothing() throws Exception {
        temporary.toFile().setReadable(true, false);
        temporary.toFile().setExecutable(true, false);
        Path output = temporary.resolve("output");
        Path folders = Files.createDirectory(temporary.resolve("folders"));
        folders.toFile().setExecutable(true, false);

        Process demo = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + folders,
                        "-Dlogback.configurationFile=dev/regent/examples/quiet-logback.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Demo.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = demo.waitFor(MINUTES, TimeUnit.MINUTES);

        assertThat(ended).as("the demonstration ends by itself").isTrue();
        assertThat(Files.readString(output).strip()).endsWith("lost acknowledged writes: 0");
        assertThat(demo.exitValue()).isZero();
        try (Stream<Path> left = Files.list(folders)) {
            assertThat(left)
                    .filteredOn(path -> path.getFileName().toString().startsWith("regent-demo"))
                    .isEmpty();
        }
    }
}
