package dev.regent.testkit.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Decider;
import dev.regent.ha.decision.StandardElection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What is decided in every coarse situation, as a file that is reviewed: {@code mvn test -Dregent.updateGolden=true} writes
 * it anew. Read the difference before you commit it.
 */
class GoldenDecisionTableTest {
    private static final Path SOURCES = Path.of("src", "test", "resources", "dev", "regent", "testkit", "decision");
    private static final boolean UPDATE = Boolean.getBoolean("regent.updateGolden");

    private final Decider decider = new Decider(StandardElection.policy());

    @Test
    void everySituationIsDecidedAsReviewed() throws IOException {
        List<String> decided = new DecisionTable<>(
                        Situation.FACTS,
                        Situation::facts,
                        (Situation situation) -> decider.decide(situation.snapshot()))
                .rows(Situation.all().toList());

        assertReviewed("decision-table.txt", decided);
    }

    @Test
    void everySituationOfAStandbyClusterIsDecidedAsReviewed() throws IOException {
        List<String> decided = new DecisionTable<>(
                        StandbySituation.FACTS,
                        StandbySituation::facts,
                        (StandbySituation situation) -> decider.decide(situation.snapshot()))
                .rows(StandbySituation.all().toList());

        assertReviewed("standby-cluster-table.txt", decided);
    }

    @Test
    void everySituationInFailsafeModeIsDecidedAsReviewed() throws IOException {
        List<String> decided = new DecisionTable<>(
                        FailsafeSituation.FACTS,
                        FailsafeSituation::facts,
                        (FailsafeSituation situation) -> decider.decide(situation.snapshot()))
                .rows(FailsafeSituation.all().toList());

        assertReviewed("failsafe-table.txt", decided);
    }

    private static void assertReviewed(String name, List<String> decided) throws IOException {
        if (UPDATE) {
            Files.createDirectories(SOURCES);
            Files.write(SOURCES.resolve(name), decided);
        }
        List<String> reviewed = UPDATE ? decided : reviewed(name);

        assertThat(difference(reviewed, decided))
                .as("rows that were reviewed (-) and rows that are decided now (+); -Dregent.updateGolden=true"
                        + " accepts them")
                .isEmpty();
    }

    /** Widths of columns do not matter. */
    private static List<String> difference(List<String> reviewed, List<String> decided) {
        Set<String> before = packed(reviewed);
        Set<String> after = packed(decided);
        return Stream.concat(
                        before.stream().filter(row -> !after.contains(row)).map(row -> "- " + row),
                        after.stream().filter(row -> !before.contains(row)).map(row -> "+ " + row))
                .toList();
    }

    private static Set<String> packed(List<String> rows) {
        return rows.stream().map(row -> row.replaceAll(" +", " ")).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static List<String> reviewed(String name) throws IOException {
        try (InputStream file = GoldenDecisionTableTest.class.getResourceAsStream(name)) {
            assertThat(file)
                    .as("%s is missing: -Dregent.updateGolden=true writes it", name)
                    .isNotNull();
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
