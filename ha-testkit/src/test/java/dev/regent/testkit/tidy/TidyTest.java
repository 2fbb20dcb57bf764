package dev.regent.testkit.tidy;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** This repository keeps its own rules; exceptions stand in {@code tidy/allowed.txt}, each with its reason. */
class TidyTest {
    private static Repository repository;

    @BeforeAll
    static void readSources() throws IOException {
        repository = Repository.read();
        assertThat(repository.sources()).hasSizeGreaterThan(50);
    }

    @Test
    void onlyTheClassesThatOwnThemUseClockSleepAndChance() throws IOException {
        Allowances allowed = Allowances.read();

        assertThat(violations(new ClockRule(allowed))).isEmpty();
        assertThat(allowed.unused())
                .as("exceptions that nothing needs: delete them")
                .isEmpty();
    }

    @Test
    void packagesKnowEachOtherOnlyAlongTheArrows() {
        assertThat(violations(new ArrowRule())).isEmpty();
    }

    @Test
    void filesAndMethodsAreOfReadableSizeWellNamedAndFinished() {
        assertThat(violations(new ShapeRule())).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsAndThatNothingInItIsNull() {
        Set<String> packages = repository.sources().stream()
                .filter(source -> source.isMain() && !source.isModuleInfo())
                .map(SourceFile::packageName)
                .collect(toSet());
        Set<String> described = repository.sources().stream()
                .filter(source -> source.isMain() && source.isPackageInfo())
                .filter(source ->
                        source.text().startsWith("/**") && source.text().contains("@NullMarked"))
                .map(SourceFile::packageName)
                .collect(toSet());

        Set<String> missing = new TreeSet<>(packages);
        missing.removeAll(described);
        assertThat(missing)
                .as("packages without a package-info.java of a comment and @NullMarked")
                .isEmpty();
    }

    private static List<Violation> violations(Rule rule) {
        return repository.sources().stream()
                .flatMap(source -> rule.violations(source).stream())
                .toList();
    }
}
