package dev.regent.ha.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.HaConfig.SynchronousMode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandbyClusterTest {
    private static StandbyCluster of(String section) {
        return StandbyCluster.in(config(section)).orElseThrow();
    }

    private static DynamicConfig config(String section) {
        return DynamicConfig.parse("{\"synchronous_mode\":true,\"standby_cluster\":" + section + "}")
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "\"db1\"", "{\"host\":\"\"}", "{\"primary_slot_name\":\"a\"}"})
    void aSectionThatNamesNoSourceOfTheLogIsNone(String section) {
        assertThat(StandbyCluster.in(config(section))).isEmpty();
        assertThat(HaConfig.from(config(section)).synchronousMode()).isEqualTo(SynchronousMode.PRIORITY);
    }

    @Test
    void theRemoteServerMayBeOneOfSeveral() {
        assertThat(of("{\"host\":\"db1\"}").addresses()).containsExactly(new Address("db1", 5432));
        assertThat(of("{\"host\":\"db1,db2\",\"port\":5433}").addresses())
                .containsExactly(new Address("db1", 5433), new Address("db2", 5433));
        assertThat(of("{\"host\":\"db1, db2\",\"port\":\"5433,5434\"}").addresses())
                .containsExactly(new Address("db1", 5433), new Address("db2", 5434));
        assertThat(of("{\"host\":\"db1\",\"port\":\"none\"}").addresses()).containsExactly(new Address("db1", 5432));
    }

    @Test
    void theLogMayComeFromAnArchiveAlone() {
        StandbyCluster archive = of("{\"restore_command\":\"fetch %f %p\"}");

        assertThat(archive.upstream()).isEmpty();
        assertThat(archive.recoveryParameters()).isEqualTo(Map.of("restore_command", "fetch %f %p"));
    }

    @Test
    void onlyTheLeaderReplaysLate() {
        StandbyCluster late = of("{\"host\":\"db1\",\"recovery_min_apply_delay\":\"1h\",\"restore_command\":\"fetch\","
                + "\"archive_cleanup_command\":\"clean\"}");

        assertThat(late.recoveryParameters())
                .isEqualTo(Map.of(
                        "recovery_min_apply_delay", "1h",
                        "restore_command", "fetch",
                        "archive_cleanup_command", "clean"));
        assertThat(late.recoveryParametersOfMembers())
                .isEqualTo(Map.of("restore_command", "fetch", "archive_cleanup_command", "clean"));
    }

    @Test
    void theSlotIsMappedAsThatOfAMember() {
        assertThat(of("{\"host\":\"db1\",\"primary_slot_name\":\"Site-B\"}").slotName())
                .contains("site_b");
        assertThat(of("{\"host\":\"db1\",\"create_replica_methods\":[\"barman\",\"basebackup\"]}")
                        .createReplicaMethods())
                .isEqualTo(List.of("barman", "basebackup"));
    }

    @Test
    void synchronousModeIsOffInAStandbyCluster() {
        assertThat(HaConfig.from(config("{\"host\":\"db1\"}")).synchronousMode())
                .isEqualTo(SynchronousMode.OFF);
    }
}
