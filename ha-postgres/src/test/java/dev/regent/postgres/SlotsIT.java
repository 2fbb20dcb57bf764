package dev.regent.postgres;

import static dev.regent.postgres.RealServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.ReplicationSlot;
import dev.regent.ha.model.ReplicationSlot.Trait;
import dev.regent.ha.model.SlotCare;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.model.SlotKind;
import dev.regent.ha.model.SlotKind.Logical;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.DatabaseException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Replication slots of a primary and of its standby, which is promoted at the end. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SlotsIT {
    private static final Logical CDC = new Logical("app", "test_decoding");

    private static final DynamicConfig CONFIG = DynamicConfig.of(Map.of(
            "postgresql",
            Map.of("parameters", Map.of("wal_level", "logical", "max_replication_slots", 10)),
            "slots",
            Map.of("cdc", Map.of("database", "app", "plugin", "test_decoding"))));

    private static RealServer primary;
    private static RealServer standby;

    @BeforeAll
    static void startBoth() throws Exception {
        primary = RealServer.withData("node-a");
        primary.database().configure(CONFIG);
        primary.database().startPrimary();
        primary.execute("CREATE DATABASE app");
        primary.database().changeSlots(SlotChanges.creating("node_b"));
        standby = RealServer.create("node-b");
        standby.database().configure(CONFIG);
        standby.database().cloneFrom(upstream());
        standby.database().startStandby(Optional.of(upstream()));
        await("node-b streams", () -> standby.database().status().streaming());
    }

    @AfterAll
    static void closeBoth() throws Exception {
        standby.close();
        primary.close();
    }

    @Test
    @Order(1)
    void aLogicalSlotIsMadeInItsDatabaseAndShownWithWhatItsConsumerHasConfirmed() throws Exception {
        primary.database().changeSlots(new SlotChanges(Set.of(), Map.of("cdc", CDC)));

        ReplicationSlot slot = slot(primary, "cdc");
        assertThat(slot.kind()).isEqualTo(CDC);
        assertThat(slot.traits()).isEmpty();
        assertThat(slot.position().toString())
                .isEqualTo(primary.ask("SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = 'cdc'"));
        assertThat(slot(primary, "node_b").is(Trait.ACTIVE)).isTrue();
    }

    @Test
    @Order(2)
    void oneSlotThatCannotBeMadeDoesNotKeepTheOthersFromIt() {
        SlotChanges changes = new SlotChanges(
                Set.of(), Map.of("a", new Logical("nowhere", "test_decoding"), "b", SlotKind.physical()));

        assertThatThrownBy(() -> primary.database().changeSlots(changes))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("a: ")
                .hasMessageContaining("nowhere");
        assertThat(primary.database().status().slots()).containsKey("b").doesNotContainKey("a");
    }

    @Test
    @Order(3)
    void aSlotInUseIsNotDroppedAndAnotherIs() throws Exception {
        primary.database().changeSlots(SlotChanges.dropping("node_b", "b"));

        assertThat(primary.database().status().slots()).containsKey("node_b").doesNotContainKey("b");
    }

    @Test
    @Order(4)
    void aSlotThatHasLostItsWalIsShownSoAndMadeAnew() throws Exception {
        primary.database().changeSlots(SlotChanges.creating("backup"));
        primary.execute("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
        primary.execute("SELECT pg_reload_conf()");
        for (int i = 0; i < 20 && !slot(primary, "backup").is(Trait.LOST); i++) {
            primary.execute(
                    "CREATE TABLE IF NOT EXISTS filler AS SELECT repeat('x', 1000) FROM generate_series(1, 20000)");
            primary.execute("DROP TABLE filler");
            await("node-b has all", SlotsIT::hasReplayedAll);
            consume(primary);
            primary.execute("SELECT pg_switch_wal()");
            primary.execute("CHECKPOINT");
        }
        assertThat(slot(primary, "backup").is(Trait.LOST)).isTrue();
        assertThat(primary.database().status().slotPositions()).doesNotContainKey("backup");
        primary.execute("ALTER SYSTEM RESET max_slot_wal_keep_size");
        primary.execute("SELECT pg_reload_conf()");

        primary.database().changeSlots(new SlotChanges(Set.of("backup"), Map.of("backup", SlotKind.physical())));

        assertThat(slot(primary, "backup").traits()).isEmpty();
        assertThat(primary.ask("SELECT wal_status FROM pg_replication_slots WHERE slot_name = 'backup'"))
                .isEqualTo("reserved");
    }

    @Test
    @Order(5)
    void aSlotSaysHowMuchWalItHolds() throws Exception {
        long before = slot(primary, "backup").held();
        primary.execute("CREATE TABLE held AS SELECT repeat('x', 1000) FROM generate_series(1, 2000)");

        assertThat(slot(primary, "backup").held()).isGreaterThan(before + 1_000_000);
    }

    @Test
    @Order(6)
    void aSlotOnAStandbyIsAdvancedToNoFurtherThanTheWalThatTheStandbyKeepsForItself() throws Exception {
        standby.database().changeSlots(SlotChanges.creating("node_a", "node_c"));
        Lsn before = slot(standby, "node_c").position();
        primary.execute("CHECKPOINT");
        Lsn target = Lsn.parse(primary.ask("SELECT pg_current_wal_lsn()"));
        await("node-b has all", SlotsIT::hasReplayedAll);
        standby.execute("CHECKPOINT");

        ReplicationSlot slot = slot(standby, "node_c");
        assertThat(slot.limit()).isGreaterThan(before).isLessThan(target);
        standby.database().tendSlots(new SlotCare(Map.of("node_c", slot.limit()), Optional.empty()));

        await("it is there", () -> slot(standby, "node_c").position().equals(slot.limit()));
        assertThat(slot(standby, "node_a").position()).isEqualTo(before);
        Lsn logs = Lsn.parse(standby.ask("SELECT pg_last_wal_replay_lsn()"));
        assertThat(slot(standby, "node_a").held()).isEqualTo(logs.value() - before.value());
    }

    @Test
    @Order(7)
    void theStandbyTellsThePrimaryWhichRowsItNeeds() throws Exception {
        assertThat(standby.ask("SHOW hot_standby_feedback")).isEqualTo("on");
    }

    @Test
    @Order(8)
    void aLogicalSlotIsCopiedToTheStandbyAndNotTrustedBeforeThePrimaryHasHeardOfItsNeeds() throws Exception {
        standby.database().copySlots(upstream(), Map.of("cdc", CDC, "not_there", CDC));

        ReplicationSlot copied = slot(standby, "cdc");
        assertThat(copied.kind()).isEqualTo(CDC);
        assertThat(copied.position()).isEqualTo(slot(primary, "cdc").position());
        assertThat(copied.is(Trait.UNSAFE)).isTrue();
        assertThat(standby.database().status().slots())
                .containsKeys("node_a", "node_c")
                .doesNotContainKey("not_there");
        SlotCare ask = new SlotCare(Map.of(), Optional.of(new SlotCare.Primary(upstream(), "node_b")));
        await("it is safe", () -> {
            standby.database().tendSlots(ask);
            return !slot(standby, "cdc").is(Trait.UNSAFE);
        });
    }

    @Test
    @Order(9)
    void whatIsOfAnotherKindIsNotCopied() throws Exception {
        String before = standby.ask("SELECT pg_postmaster_start_time()");

        standby.database().copySlots(upstream(), Map.of("cdc", new Logical("app", "pgoutput")));

        assertThat(standby.ask("SELECT pg_postmaster_start_time()")).isEqualTo(before);
    }

    @Test
    @Order(10)
    void theConsumerOfALogicalSlotLosesNothingByAFailover() throws Exception {
        sql(primary, "CREATE TABLE changes (id int)");
        sql(primary, "INSERT INTO changes SELECT generate_series(1, 10)");
        assertThat(consume(primary)).isEqualTo(numbers(1, 10));
        sql(primary, "INSERT INTO changes SELECT generate_series(11, 20)");
        await("node-b has all", SlotsIT::hasReplayedAll);
        Lsn confirmed = slot(primary, "cdc").position();
        await("the copy is where the original is", () -> {
            standby.database().tendSlots(new SlotCare(Map.of("cdc", confirmed), Optional.empty()));
            return slot(standby, "cdc").position().equals(confirmed);
        });
        primary.kill();

        standby.database().promote();
        assertThat(standby.database().status().state()).isEqualTo(ServerState.PRIMARY);
        sql(standby, "INSERT INTO changes SELECT generate_series(21, 30)");

        assertThat(consume(standby)).isEqualTo(numbers(11, 30));
        assertThat(standby.database().status().slots()).containsKeys("node_a", "node_c");
    }

    private static String numbers(int first, int last) {
        return String.join(
                " ",
                IntStream.rangeClosed(first, last).mapToObj(String::valueOf).toList());
    }

    /** The numbers that a consumer has not confirmed yet, which it confirms by this. */
    private static String consume(RealServer server) throws Exception {
        return server.askIn(
                "app",
                "SELECT coalesce(string_agg(substring(data from 'changes: INSERT: id.integer.:([0-9]+)'), ' '), '')"
                        + " FROM pg_logical_slot_get_changes('cdc', NULL, NULL)");
    }

    private static void sql(RealServer server, String statement) throws Exception {
        server.executeIn("app", statement);
    }

    private static boolean hasReplayedAll() throws Exception {
        return standby.ask("SELECT pg_last_wal_replay_lsn() >= '" + primary.ask("SELECT pg_current_wal_lsn()") + "'")
                .equals("t");
    }

    private static ReplicationSlot slot(RealServer server, String name) {
        return Objects.requireNonNull(server.database().status().slots().get(name), name);
    }

    private static Upstream upstream() {
        return new Upstream(primary.name(), primary.address());
    }
}
