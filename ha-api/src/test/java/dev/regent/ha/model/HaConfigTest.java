package dev.regent.ha.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.HaConfig.SynchronousMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What follows from the cluster-wide configuration, and what is said of values that cannot be used. */
class HaConfigTest {
    private static HaConfig of(String json) {
        return HaConfig.from(DynamicConfig.parse(json).orElseThrow());
    }

    private static List<String> problems(String json) {
        return HaConfig.problems(DynamicConfig.parse(json).orElseThrow());
    }

    @Test
    void withoutAWordTheDefaultsHold() {
        HaConfig config = of("{}");

        assertThat(config.ttl()).hasSeconds(30);
        assertThat(config.loopWait()).hasSeconds(10);
        assertThat(config.retryTimeout()).hasSeconds(10);
        assertThat(config.maximumLagOnFailover()).isEqualTo(1_048_576);
        assertThat(config.primaryStartTimeout()).hasSeconds(300);
        assertThat(config.primaryRaceBackoff()).isZero();
        assertThat(config.paused()).isFalse();
        assertThat(config.synchronousMode()).isEqualTo(SynchronousMode.OFF);
        assertThat(config.synchronousModeStrict()).isFalse();
        assertThat(config.synchronousNodeCount()).isEqualTo(1);
        assertThat(config.maximumLagOnSyncnode()).isEqualTo(-1);
        assertThat(config.useSlots()).isTrue();
        assertThat(config.memberSlotsTtl()).hasMinutes(30);
        assertThat(config.maxTimelinesHistory()).isZero();
        assertThat(config.failsafeMode()).isFalse();
        assertThat(problems("{}")).isEmpty();
    }

    @Test
    void healthIsASectionWithDefaultsOfItsOwn() {
        HealthRules rules = of("{\"health\":{\"interval\":2,\"timeout\":\"5\",\"min_free_mb\":100,"
                        + "\"min_free_percent\":250,\"failover\":\"off\",\"failover_after\":1,\"failover_backoff\":0}}")
                .health();

        assertThat(rules)
                .isEqualTo(new HealthRules(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        100L << 20,
                        100,
                        false,
                        Duration.ofSeconds(1),
                        Duration.ZERO));
        assertThat(of("{}").health())
                .isEqualTo(HealthRules.DEFAULT)
                .isEqualTo(new HealthRules(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        32L << 20,
                        0,
                        true,
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(10)));
    }

    @Test
    void whatIsWrongInASectionIsToldWithItsPathAndTheDefaultHolds() {
        assertThat(problems("{\"health\":{\"interval\":0,\"failover\":\"perhaps\"}}"))
                .containsExactly(
                        "health.interval: expected a whole number of 1 or more, found \"0\"; 10 is used",
                        "health.failover: expected on or off, found \"perhaps\"; on is used");
        assertThat(problems("{\"health\":{\"min_free\":1}}"))
                .containsExactly(
                        "health.min_free: expected one of failover, failover_after, failover_backoff, interval,"
                                + " min_free_mb, min_free_percent, timeout, found another key; it is ignored");
        assertThat(problems("{\"health\":\"good\"}"))
                .containsExactly("health: expected a section, found \"good\"; it is ignored");
    }

    @Test
    void eachKeyIsReadHoweverItIsSpelled() {
        HaConfig config =
                of("{\"ttl\":\"60\",\"loop_wait\":\"0xf\",\"retry_timeout\":\"012\",\"maximum_lag_on_failover\":0,"
                        + "\"primary_start_timeout\":0,\"primary_race_backoff\":25,\"pause\":\"Yes\",\"synchronous_mode\":\"QUORUM\","
                        + "\"synchronous_mode_strict\":1,\"synchronous_node_count\":2,\"maximum_lag_on_syncnode\":4096,"
                        + "\"member_slots_ttl\":\"2h\",\"max_timelines_history\":5,\"failsafe_mode\":\"on\","
                        + "\"postgresql\":{\"use_slots\":\"off\"}}");

        assertThat(config.ttl()).hasSeconds(60);
        assertThat(config.loopWait()).hasSeconds(15);
        assertThat(config.retryTimeout()).hasSeconds(10);
        assertThat(config.maximumLagOnFailover()).isZero();
        assertThat(config.primaryStartTimeout()).isZero();
        assertThat(config.primaryRaceBackoff()).hasSeconds(25);
        assertThat(config.paused()).isTrue();
        assertThat(config.synchronousMode()).isEqualTo(SynchronousMode.QUORUM);
        assertThat(config.synchronousModeStrict()).isTrue();
        assertThat(config.synchronousNodeCount()).isEqualTo(2);
        assertThat(config.maximumLagOnSyncnode()).isEqualTo(4096);
        assertThat(config.memberSlotsTtl()).hasHours(2);
        assertThat(config.maxTimelinesHistory()).isEqualTo(5);
        assertThat(config.failsafeMode()).isTrue();
        assertThat(config.useSlots()).isFalse();
    }

    @Test
    void anOlderNameCountsWhereTheNewOneIsAbsent() {
        assertThat(of("{\"master_start_timeout\":7}").primaryStartTimeout()).hasSeconds(7);
        assertThat(of("{\"master_start_timeout\":7,\"primary_start_timeout\":8}")
                        .primaryStartTimeout())
                .hasSeconds(8);
        assertThat(problems("{\"master_start_timeout\":\"soon\"}"))
                .containsExactly(
                        "master_start_timeout: expected a whole number of 0 or more, found \"soon\"; 300 is used");
    }

    @Test
    void whatCannotBeReadFallsBackAndIsSaid() {
        String json =
                "{\"ttl\":\"abc\",\"maximum_lag_on_failover\":-1,\"primary_start_timeout\":1.5,\"pause\":\"perhaps\","
                        + "\"synchronous_mode\":\"all\",\"synchronous_mode_strict\":true,\"synchronous_node_count\":0,"
                        + "\"maximum_lag_on_syncnode\":-2,\"member_slots_ttl\":\"2 weeks\",\"max_timelines_history\":-1,"
                        + "\"postgresql\":{\"use_slots\":\"maybe\"}}";

        assertThat(of(json)).isEqualTo(of("{\"synchronous_mode_strict\":true}"));
        assertThat(problems(json))
                .containsExactlyInAnyOrder(
                        "ttl: expected a whole number, found \"abc\"; 30 is used",
                        "maximum_lag_on_failover: expected a whole number of 0 or more, found \"-1\"; 1048576 is used",
                        "primary_start_timeout: expected a whole number of 0 or more, found \"1.5\"; 300 is used",
                        "pause: expected on or off, found \"perhaps\"; off is used",
                        "synchronous_mode: expected on, off or quorum, found \"all\"; off is used",
                        "synchronous_node_count: expected a whole number of 1 or more, found \"0\"; 1 is used",
                        "maximum_lag_on_syncnode: expected a whole number of -1 or more, found \"-2\"; -1 is used",
                        "member_slots_ttl: expected a length of time in seconds, or with one of the units ms, s, min, h, d,"
                                + " found \"2 weeks\"; 1800 is used",
                        "max_timelines_history: expected a whole number of 0 or more, found \"-1\"; 0 is used",
                        "postgresql.use_slots: expected on or off, found \"maybe\"; on is used");
    }

    @Test
    void timingsBelowTheLeastAreRaisedAndThatIsSaid() {
        HaConfig config = of("{\"ttl\":5,\"loop_wait\":0,\"retry_timeout\":1}");

        assertThat(config.ttl()).hasSeconds(20);
        assertThat(config.loopWait()).hasSeconds(1);
        assertThat(config.retryTimeout()).hasSeconds(3);
        assertThat(problems("{\"ttl\":5,\"loop_wait\":0,\"retry_timeout\":1}"))
                .containsExactly(
                        "ttl: expected 20 or more, found 5; 20 is used",
                        "loop_wait: expected 1 or more, found 0; 1 is used",
                        "retry_timeout: expected 3 or more, found 1; 3 is used");
    }

    @Test
    void aWaitAndTwoFailedRequestsFitIntoTheTimeToLive() {
        HaConfig lessWait = of("{\"ttl\":25,\"loop_wait\":10,\"retry_timeout\":10}");
        assertThat(lessWait.loopWait()).hasSeconds(5);
        assertThat(lessWait.retryTimeout()).hasSeconds(10);

        HaConfig lessOfBoth = of("{\"ttl\":20,\"loop_wait\":10,\"retry_timeout\":10}");
        assertThat(lessOfBoth.loopWait()).hasSeconds(1);
        assertThat(lessOfBoth.retryTimeout()).hasSeconds(9);

        assertThat(problems("{\"ttl\":25,\"loop_wait\":10,\"retry_timeout\":10}"))
                .containsExactly(
                        "ttl: expected loop_wait + 2 * retry_timeout <= ttl, found loop_wait 10, retry_timeout 10,"
                                + " ttl 25; loop_wait 5, retry_timeout 10, ttl 25 are used");
        assertThat(problems("{\"ttl\":30,\"loop_wait\":10,\"retry_timeout\":10}"))
                .isEmpty();
    }

    @Test
    void lengthsOfTimeMayHaveAUnit() {
        Map<String, Duration> spelled = Map.of(
                "90", Duration.ofSeconds(90),
                "90s", Duration.ofSeconds(90),
                "5 min", Duration.ofMinutes(5),
                "1500ms", Duration.ofMillis(1500),
                "1d", Duration.ofDays(1));
        spelled.forEach((text, length) -> assertThat(
                        of("{\"member_slots_ttl\":\"" + text + "\"}").memberSlotsTtl())
                .isEqualTo(length));
    }
}
