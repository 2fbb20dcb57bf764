package dev.regent.ctl;

import static dev.regent.ctl.TestCluster.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.agent.config.ConfigFile;
import dev.regent.agent.config.Section;
import dev.regent.ctl.Finding.Verdict;
import dev.regent.ha.model.DynamicConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor finds, and what it says of it. */
class DoctorTest {
    @TempDir
    private Path folder;

    @Test
    void timingsThatDoNotAddUpAreAFault() {
        assertThat(TimingChecks.of(Optional.empty()))
                .extracting(Finding::verdict)
                .containsOnly(Verdict.GOOD);

        List<Finding> tight = TimingChecks.of(config("{\"ttl\":20,\"loop_wait\":10,\"retry_timeout\":10}"));

        assertThat(tight.get(0))
                .isEqualTo(Finding.fault(
                        "timing",
                        "loop_wait + 2 * retry_timeout <= ttl",
                        "10 + 2 * 10 = 30, ttl 20",
                        "regentctl edit-config -s ttl=30: until then members shorten the other two, and wait less for a"
                                + " slow store"));
        assertThat(verdicts(TimingChecks.of(config("{\"ttl\":9,\"loop_wait\":1,\"retry_timeout\":2}"))))
                .containsExactly(Verdict.GOOD, Verdict.RISK, Verdict.RISK);
    }

    private static Optional<DynamicConfig> config(String json) {
        return DynamicConfig.parse(json);
    }

    private static List<Verdict> verdicts(List<Finding> findings) {
        return findings.stream().map(Finding::verdict).toList();
    }

    @Test
    void aStoreOfOneOrTwoServersIsARisk() {
        assertThat(verdicts(QuorumChecks.ofStore("etcd3", List.of("a", "b", "c"))))
                .containsExactly(Verdict.GOOD);
        assertThat(QuorumChecks.ofStore("etcd3", List.of("a", "b")).get(0).advice())
                .isEqualTo("run 3 servers of it and name all: the loss of one stops all failovers");
        assertThat(QuorumChecks.ofStore("etcd3", List.of("a", "b", "c", "d"))
                        .get(0)
                        .advice())
                .isEqualTo("run one more or one less: an even number bears no more losses");
        assertThat(QuorumChecks.ofStore("consul", List.of("localhost"))).isEmpty();
    }

    @Test
    void aClusterInWhichNobodyCouldTakeOverIsAFault() {
        TestCluster cluster = TestCluster.healthy();
        assertThat(verdicts(QuorumChecks.of(cluster.look()))).containsExactly(Verdict.GOOD);

        cluster.with("members/pg-b", replica("10.20.0.12", 1, ",\"tags\":{\"nofailover\":true}"))
                .with("members/pg-c", replica("10.20.0.13", 1, ",\"tags\":{\"nofailover\":true}"));
        assertThat(QuorumChecks.of(cluster.look()).get(0).found()).isEqualTo("1 of 3");
        assertThat(verdicts(QuorumChecks.of(cluster.look()))).containsExactly(Verdict.FAULT);
    }

    @Test
    void strictSynchronousModeNeedsAStandbyToSpare() {
        TestCluster cluster = TestCluster.healthy()
                .with(
                        "config",
                        "{\"synchronous_mode\":true,\"synchronous_mode_strict\":true,\"synchronous_node_count\":2}");
        assertThat(QuorumChecks.of(cluster.look()).get(1).advice()).endsWith("the loss of one stops all writes");

        cluster.with("config", "{\"synchronous_mode\":true,\"synchronous_node_count\":2}");
        assertThat(QuorumChecks.of(cluster.look()).get(1).verdict()).isEqualTo(Verdict.GOOD);
        cluster.with("config", "{\"synchronous_mode\":true,\"synchronous_node_count\":3}");
        assertThat(QuorumChecks.of(cluster.look()).get(1).verdict()).isEqualTo(Verdict.RISK);
    }

    @Test
    void clocksMustNotBeFarApart() {
        assertThat(PeerChecks.clocks(Map.of())).isEmpty();
        assertThat(PeerChecks.clocks(Map.of("a", Duration.ofMillis(-900), "b", Duration.ofMillis(800))))
                .hasValueSatisfying(good -> assertThat(good.verdict()).isEqualTo(Verdict.GOOD));
        assertThat(PeerChecks.clocks(Map.of("a", Duration.ofMinutes(-1), "b", Duration.ZERO)))
                .hasValueSatisfying(far -> {
                    assertThat(far.verdict()).isEqualTo(Verdict.RISK);
                    assertThat(far.found()).startsWith("60 s between the first and the last");
                });
    }

    @Test
    void whatRewindingNeedsIsChecked() {
        Map<String, String> facts = Map.of(
                "data_checksums", "off", "wal_log_hints", "off", "full_page_writes", "off", "rewind user me", "off");

        assertThat(verdicts(RewindChecks.of(facts, "me"))).containsOnly(Verdict.FAULT);
        assertThat(RewindChecks.of(facts, "you").get(2).found()).isEqualTo("there is no such user");
        assertThat(verdicts(RewindChecks.of(
                        Map.of("wal_log_hints", "on", "full_page_writes", "on", "rewind user me", "on"), "me")))
                .containsOnly(Verdict.GOOD);
        assertThat(RewindChecks.isWanted(
                        DynamicConfig.parse("{\"postgresql\":{\"use_pg_rewind\":true}}"), section("scope: x")))
                .isTrue();
        assertThat(RewindChecks.isWanted(Optional.empty(), section("scope: x"))).isFalse();
    }

    private static Section section(String yaml) {
        return ConfigFile.read(Optional.empty(), Map.of("PATRONI_CONFIGURATION", yaml));
    }

    @Test
    void filesWithPasswordsAreNotForOthers() throws IOException {
        Path passwords = Files.writeString(folder.resolve("pgpass"), "x");
        Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-r-----"));
        Path yaml = Files.writeString(folder.resolve("agent.yml"), "x");
        Files.setPosixFilePermissions(yaml, PosixFilePermissions.fromString("rw-r--r--"));
        Section root = section("postgresql: {pgpass: " + passwords + "}\n");

        List<Finding> open = new FileChecks(root).all(Optional.of(yaml));

        assertThat(open)
                .extracting(Finding::advice)
                .containsExactly(
                        "chmod o-rwx " + yaml + ": it holds secrets", "chmod 600 " + passwords + ": it holds secrets");
        Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(yaml, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(verdicts(new FileChecks(root).all(Optional.of(yaml)))).containsOnly(Verdict.GOOD);
    }

    @Test
    void aDiskThatIsNearlyFullIsAFault() {
        assertThat(FileChecks.room("room", 9, 100).verdict()).isEqualTo(Verdict.FAULT);
        assertThat(FileChecks.room("room", 10, 100)).isEqualTo(Finding.good("disk space", "room", "10 % free"));
    }

    @Test
    void aWatchdogThatIsRequiredAndMissingIsAFault() {
        String yaml = "postgresql: {data_dir: " + folder + "/none}\nwatchdog: {device: " + folder + "/dog, mode: %s}\n";

        assertThat(verdicts(new FileChecks(section(yaml.formatted("required"))).all(Optional.empty())))
                .containsExactly(Verdict.FAULT);
        assertThat(verdicts(new FileChecks(section(yaml.formatted("automatic"))).all(Optional.empty())))
                .containsExactly(Verdict.RISK);
        assertThat(verdicts(new FileChecks(section(yaml.formatted("'off'"))).all(Optional.empty())))
                .containsExactly(Verdict.GOOD);
    }

    @Test
    void theReportNamesWhatIsWrongAndFailsForAFault() throws IOException {
        try (CommandRun command = new CommandRun()) {
            command.stopApi();
            command.reachable().entries().with("config", "{\"ttl\":20,\"loop_wait\":10,\"retry_timeout\":10}");
            // Nobody listens at the reserved port 1, and no packet leaves this host.
            for (String member : List.of("pg-a", "pg-b", "pg-c")) {
                String entry = command.entries().value("members/" + member);
                command.entries()
                        .with("members/" + member, entry.replaceFirst("postgres://[^/]*", "postgres://127.0.0.1:1"));
            }

            assertThat(command.run("", "doctor", "-f", "tsv")).isEqualTo(1);

            assertThat(command.printed())
                    .startsWith("Check\tVerdict\tExpected\tFound\tWhat to do\n"
                            + "store quorum\trisk\tan odd number of store servers, 3 or more\t"
                            + "1 server of etcd3 in the configuration\t")
                    .contains("timing\tfault\tloop_wait + 2 * retry_timeout <= ttl\t10 + 2 * 10 = 30, ttl 20\t")
                    .contains("REST API of pg-a\tfault\t", "\tconnection refused\tstart its agent")
                    .contains("PostgreSQL of pg-a\tfault\ta connection to 127.0.0.1:1\tconnection refused\t")
                    .contains("rewind\trisk\tpostgresql.use_pg_rewind: true\tit is off\t")
                    .doesNotContain("\tgood\t");
            assertThat(command.run("", "doctor", "--all")).isEqualTo(1);
            assertThat(command.printed()).endsWith(" good\n").contains("| candidates ");

            assertThat(command.run("", "doctor", "nowhere", "-f", "tsv")).isEqualTo(1);
            assertThat(command.printed()).contains("store\tfault\tthe cluster nowhere in the store\t");
        }
    }
}
