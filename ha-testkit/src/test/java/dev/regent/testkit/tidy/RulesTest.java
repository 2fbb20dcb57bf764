package dev.regent.testkit.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule finds what it forbids, or the tidy test would pass for nothing. */
class RulesTest {
    private static final String ENGINE = "ha-api/src/main/java/dev/regent/ha/engine/Example.java";
    private static final String ENGINE_TEST = "ha-api/src/test/java/dev/regent/ha/engine/ExampleTest.java";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "long t = System.nanoTime();",
                "long t = java.lang.System.currentTimeMillis();",
                "java.util.function.LongSupplier t = System::nanoTime;",
                "void f() throws Exception { Thread.sleep(1); }",
                "void f() throws Exception { TimeUnit.SECONDS.sleep(1); }",
                "Object t = Instant.now();",
                "Object t = OffsetDateTime.now();",
                "java.util.function.Supplier<Object> t = Instant::now;",
                "Object r = new Random(7);",
                "Object r = ThreadLocalRandom.current();",
                "Object r = UUID.randomUUID();",
                "Object c = Clock.systemUTC();",
            })
    void timeAndChanceAreFound(String member) {
        ClockRule rule = new ClockRule(Allowances.of());

        assertThat(rule.violations(source(ENGINE, member))).hasSize(1);
        assertThat(rule.violations(source(ENGINE_TEST, member))).hasSize(1);
        assertThat(rule.violations(source("ha-rest/src/test/java/dev/regent/rest/ExampleTest.java", member)))
                .isEmpty();
    }

    @Test
    void timeThatIsHandedInIsNoMatter() {
        ClockRule rule = new ClockRule(Allowances.of());

        assertThat(rule.violations(source(ENGINE, "Object f(Clock clock) { return OffsetDateTime.now(clock); }")))
                .isEmpty();
        assertThat(rule.violations(source(ENGINE, "/** Unlike System.nanoTime(). */ String s = \"Thread.sleep(1)\";")))
                .isEmpty();
    }

    @Test
    void whoIsAllowedMayAndIsNotListedAsUnused() {
        Allowances allowed = Allowances.of(
                "clock dev.regent.ha.engine.Example because it is an example",
                "clock dev.regent.ha.engine.Other because it was");

        assertThat(new ClockRule(allowed).violations(source(ENGINE, "long t = System.nanoTime();")))
                .isEmpty();
        assertThat(allowed.unused()).containsExactly("clock dev.regent.ha.engine.Other");
    }

    @Test
    void namesAgainstTheArrowsAreFoundInImportsAndInCode() {
        ArrowRule rule = new ArrowRule();

        assertThat(rule.violations(source(ENGINE, "Object o = new dev.regent.ha.HaNode();")))
                .hasSize(1);
        assertThat(rule.violations(source(ENGINE, "dev.regent.ha.model.Lsn lsn;")))
                .isEmpty();
        assertThat(rule.violations(importing("dev.regent.ha.decision", "dev.regent.ha.engine.HaCycle")))
                .hasSize(1);
        assertThat(rule.violations(importing("dev.regent.ha.decision", "org.slf4j.Logger")))
                .hasSize(1);
        assertThat(rule.violations(importing("dev.regent.dcs.etcd", "dev.regent.dcs.consul.ConsulDcs")))
                .hasSize(1);
        assertThat(rule.violations(importing("dev.regent.dcs.etcd", "dev.regent.ha.spi.Dcs")))
                .isEmpty();
        assertThat(rule.violations(importing("dev.regent.elsewhere", "java.util.List")))
                .hasSize(1);
    }

    @Test
    void longFilesAndMethodsEmptyNamesAndLooseEndsAreFound() {
        ShapeRule rule = new ShapeRule();

        assertThat(rule.violations(source(ENGINE, "\n".repeat(ShapeRule.LONGEST_FILE))))
                .hasSize(1);
        assertThat(rule.violations(source(ENGINE, "void f() {" + "\n".repeat(ShapeRule.LONGEST_METHOD) + "}")))
                .hasSize(1);
        assertThat(rule.violations(source(ENGINE, "class StoreManager {}"))).hasSize(1);
        assertThat(rule.violations(source(ENGINE, "// TO" + "DO: later"))).hasSize(1);
        assertThat(rule.violations(source(ENGINE_TEST, "@Disabled void f() {}")))
                .hasSize(1);
        assertThat(rule.violations(source(ENGINE, "void f() {}"))).isEmpty();
    }

    private static SourceFile source(String path, String member) {
        return SourceFile.of(path, "package dev.regent.ha.engine;\nclass Example { " + member + " }");
    }

    private static SourceFile importing(String packageName, String type) {
        return SourceFile.of(
                "ha-api/src/main/java/Example.java",
                "package " + packageName + ";\nimport " + type + ";\nclass Example {}");
    }
}
