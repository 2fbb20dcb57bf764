package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DynamicConfig;
import org.junit.jupiter.api.Test;

/** What a node ignores that takes commands from its own file only. */
class ForeignCommandsTest {
    @Test
    void commandsAreTakenOutAndNamedAndAllElseStays() {
        ForeignCommands found = ForeignCommands.in(DynamicConfig.parse("""
                {"ttl": 30,
                 "standby_cluster": {"host": "a", "restore_command": "cp"},
                 "postgresql": {
                   "use_slots": true,
                   "callbacks": {"on_start": "x"}, "pre_promote": "y", "before_stop": "z",
                   "create_replica_methods": ["wal_g"], "wal_g": {"command": "w", "no_params": true},
                   "parameters": {"Archive_Command": "a", "ARCHIVE_MODE": "on", "work_mem": "4MB"},
                   "parameters_primary": {"recovery_end_command": "b"},
                   "recovery_conf": {"restore_command": "c", "recovery_min_apply_delay": "5s"}}}
                """).orElseThrow());

        assertThat(found.paths())
                .containsExactly(
                        "postgresql.before_stop",
                        "postgresql.callbacks",
                        "postgresql.create_replica_methods",
                        "postgresql.parameters.Archive_Command",
                        "postgresql.parameters_primary.recovery_end_command",
                        "postgresql.pre_promote",
                        "postgresql.recovery_conf.restore_command",
                        "postgresql.wal_g",
                        "standby_cluster.restore_command");
        assertThat(found.rest()).isEqualTo(DynamicConfig.parse("""
                        {"ttl": 30,
                         "standby_cluster": {"host": "a"},
                         "postgresql": {"use_slots": true,
                           "parameters": {"ARCHIVE_MODE": "on", "work_mem": "4MB"},
                           "parameters_primary": {},
                           "recovery_conf": {"recovery_min_apply_delay": "5s"}}}
                        """).orElseThrow());
    }

    @Test
    void aConfigurationWithoutCommandsIsLeftAlone() {
        DynamicConfig config = DynamicConfig.parse("{\"postgresql\": {\"parameters\": {\"work_mem\": 1}}}")
                .orElseThrow();

        assertThat(ForeignCommands.in(config).rest()).isSameAs(config);
    }
}
