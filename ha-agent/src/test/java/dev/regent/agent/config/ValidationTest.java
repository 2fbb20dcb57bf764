package dev.regent.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --validate-config} says. */
class ValidationTest {
    private static final String GOOD = """
            scope: demo
            name: node1
            etcd3: {hosts: [10.0.0.1:2379]}
            restapi: {listen: 10.0.0.1:8008, connect_address: 10.0.0.1:8008}
            postgresql:
              listen: 10.0.0.1:5432
              connect_address: 10.0.0.1:5432
              data_dir: /data
              authentication: {superuser: {username: p}, replication: {username: r}}
            """;

    @TempDir
    private Path folder;

    @Test
    void aGoodConfigurationHasNoProblems() {
        assertThat(problems(GOOD)).isEmpty();
    }

    @Test
    void problemsAreToldInTheReferencesWordsEachWithItsPlaceAndWhatWasExpected() {
        List<String> problems =
                problems(GOOD.replace("connect_address: 10.0.0.1:8008", "connect_address: 127.0.0.1:8008")
                                .replace("{hosts: [10.0.0.1:2379]}", "{}")
                                .replace("{username: p}", "foo")
                        + "log: {level: debug}\n"
                        + "bootstrap: {dcs: {ttl: 5}}\n"
                        + "tags: {nofailover: true, failover_priority: 1, nosync: 1}\n");

        assertThat(problems)
                .containsExactly(
                        "log.level debug didn't pass validation: Wrong value",
                        "    test.yml, line 10: expected DEBUG or INFO or WARN or WARNING or ERROR or FATAL or CRITICAL,"
                                + " found \"debug\"",
                        "restapi.connect_address 127.0.0.1:8008 didn't pass validation: must not contain \"127.0.0.1\","
                                + " \"0.0.0.0\", \"*\", \"::1\", \"localhost\"",
                        "    test.yml, line 4",
                        "bootstrap.dcs.ttl 5 didn't pass validation: Wrong value",
                        "    test.yml, line 11: expected a whole number, 20 or more, found \"5\"",
                        "etcd3.host  is not defined.",
                        "    test.yml, line 3",
                        "etcd3.hosts  is not defined.",
                        "    test.yml, line 3",
                        "etcd3.srv  is not defined.",
                        "    test.yml, line 3",
                        "etcd3.srv_suffix  is not defined.",
                        "    test.yml, line 3",
                        "etcd3.url  is not defined.",
                        "    test.yml, line 3",
                        "etcd3.proxy  is not defined.",
                        "    test.yml, line 3",
                        "postgresql.authentication.superuser foo is not a dictionary",
                        "    test.yml, line 9: expected a mapping, found \"foo\"",
                        "tags  Multiple of ('nofailover', 'failover_priority') provided",
                        "    test.yml, line 12",
                        "tags.nosync 1 is not a boolean",
                        "    test.yml, line 12: expected true or false, found \"1\"");
    }

    @Test
    void howServersAreLookedAfterIsChecked() {
        assertThat(problems(GOOD + "bootstrap: {dcs: {health: {interval: 0, failover: true, min_free_percent: 10}}}\n"))
                .contains(
                        "bootstrap.dcs.health.interval 0 didn't pass validation: Wrong value",
                        "    test.yml, line 10: expected a whole number, 1 or more, found \"0\"")
                .noneMatch(line -> line.contains("failover") || line.contains("min_free"));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(problems("{}").stream().filter(line -> !line.startsWith(" ")))
                .containsExactly(
                        "name  is not defined.",
                        "scope  is not defined.",
                        "restapi  is not defined.",
                        "consul  is not defined.",
                        "etcd  is not defined.",
                        "etcd3  is not defined.",
                        "exhibitor  is not defined.",
                        "kubernetes  is not defined.",
                        "raft  is not defined.",
                        "zookeeper  is not defined.",
                        "postgresql  is not defined.");
    }

    @Test
    void valuesLookAsInTheReferencesMessages() {
        assertThat(problems(GOOD + "log: {mode: [1, true, 'a'], file_num: {a: null}, loggers: false}\n"))
                .contains(
                        "log.mode [1, True, 'a'] is not an integer",
                        "log.file_num {'a': None} is not an integer",
                        "log.loggers False is not a dictionary");
    }

    @Test
    void aStoreThatIsNotSupportedIsAProblem() {
        assertThat(problems(GOOD.replace("etcd3: {hosts: [10.0.0.1:2379]}", "zookeeper: {hosts: ['10.0.0.1:2181']}")))
                .singleElement()
                .asString()
                .contains("found zookeeper, which Regent does not support");
    }

    @Test
    void thisHostIsLookedAt() throws IOException {
        Files.createDirectories(folder.resolve("data/pg_wal"));
        Files.writeString(folder.resolve("data/PG_VERSION"), "9.6\n");
        Path program = folder.resolve("postgres");
        Files.writeString(program, "#!/bin/sh\necho 'postgres (PostgreSQL) 15.3'\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        try (ServerSocket taken = new ServerSocket(0)) {
            String yaml = GOOD.replace("listen: 10.0.0.1:5432", "listen: '127.0.0.1:" + taken.getLocalPort() + "'")
                    .replace("listen: 10.0.0.1:8008", "listen: 'nonsense'")
                    .replace("10.0.0.1:2379", "127.0.0.1:" + freePort())
                    .replace("data_dir: /data", "data_dir: " + folder.resolve("data") + "\n  bin_dir: " + folder);
            List<String> problems = Validation.problems(section(yaml), false).stream()
                    .filter(line -> !line.startsWith(" "))
                    .toList();

            assertThat(problems)
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .isEqualTo(
                                            "restapi.listen nonsense didn't pass validation: contains a wrong value"),
                            line -> assertThat(line)
                                    .startsWith("etcd3.hosts.0 127.0.0.1:")
                                    .endsWith("is not reachable"),
                            line -> assertThat(line)
                                    .endsWith("validation: Port " + taken.getLocalPort() + " is already in use."),
                            line -> assertThat(line)
                                    .endsWith("data_dir directory postgresql version (9.6) doesn't match with 'postgres"
                                            + " --version' output (15)"),
                            line -> assertThat(line)
                                    .isEqualTo("postgresql.bin_dir " + folder + " does not contain 'pg_ctl' in '"
                                            + folder + "'"));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void unknownKeysOfTheWholeClusterAreWarnedOfAndThoseOfItsReplicaMethodsAreNot() {
        String cluster = GOOD + """
                bootstrap:
                  dcs:
                    loop_wai: 5
                    check_timeline: true
                    health: {min_free: 3}
                    slots: {a: {type: physical}}
                    standby_cluster: {hots: x}
                    postgresql:
                      use_pg_rewnd: true
                      parameters: {work_mem: 4MB}
                      create_replica_methods: [backup, basebackup]
                      backup: {command: fetch, keep_data: true}
                """;

        assertThat(Validation.warnings(section(cluster)))
                .containsExactly(
                        "test.yml, line 12: unknown key bootstrap.dcs.loop_wai has no effect: did you mean"
                                + " bootstrap.dcs.loop_wait?",
                        "test.yml, line 14: unknown key bootstrap.dcs.health.min_free has no effect: did you mean"
                                + " bootstrap.dcs.health.min_free_mb?",
                        "test.yml, line 16: unknown key bootstrap.dcs.standby_cluster.hots has no effect: did you mean"
                                + " bootstrap.dcs.standby_cluster.host?",
                        "test.yml, line 18: unknown key bootstrap.dcs.postgresql.use_pg_rewnd has no effect: did you mean"
                                + " bootstrap.dcs.postgresql.use_pg_rewind?",
                        "test.yml: without effect, because Regent does not support it yet: bootstrap.dcs.check_timeline");
    }

    @Test
    void unknownKeysAreWarningsWithTheirPlace() {
        assertThat(Validation.warnings(section(GOOD + "watchdg: {}\n")))
                .containsExactly("test.yml, line 10: unknown key watchdg has no effect: did you mean watchdog?");
    }

    private static List<String> problems(String yaml) {
        return Validation.problems(section(yaml), Surroundings.unknown());
    }

    private static Section section(String yaml) {
        Document document = ConfigFile.document("test.yml", yaml);
        document.lay(Environment.settings(Map.of()));
        return ConfigFile.section("test.yml", document);
    }
}
