package dev.regent.testkit.contract;

import static dev.regent.ha.spi.Expected.ABSENT;
import static dev.regent.ha.spi.Expected.ANYTHING;
import static dev.regent.ha.spi.Expected.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries;
import dev.regent.ha.spi.Session;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What a store must do with entries: reading and conditional writing. */
abstract class EntriesContract extends DcsFixture {
    private static final int RACES = 30;
    private static final int LARGE_VALUE = 200_000;

    // Reading

    @Test
    void aClusterThatNobodyWroteToHasNoEntries() throws DcsException {
        assertThat(client().read().byKey()).isEmpty();
    }

    @Test
    void aReadSeesWhatAnotherClientHasJustWritten() throws DcsException {
        String name = newCluster();
        Dcs writer = client(name);
        Dcs reader = client(name);

        for (int i = 0; i < RACES; i++) {
            String value = "v" + i;
            assertThat(writer.write("config", value, ANYTHING)).isTrue();
            assertThat(value(reader, "config")).contains(value);
        }
    }

    @Test
    void aReadShowsAllEntriesAsOfOneRevision() throws Exception {
        String name = newCluster();
        Dcs reader = client(name);
        Dcs writer = client(name);
        writer.write("first", "0", ABSENT);
        writer.write("second", "0", ABSENT);
        Future<?> writing = Race.inBackground(() -> {
            for (int i = 1; i <= RACES; i++) {
                writer.write("first", "" + i, ANYTHING);
                writer.write("second", "" + i, ANYTHING);
            }
            return true;
        });

        while (!writing.isDone()) {
            Entries entries = reader.read();
            int first = Integer.parseInt(entry(entries, "first").value());
            int second = Integer.parseInt(entry(entries, "second").value());
            assertThat(first - second).as("writes seen out of order").isBetween(0, 1);
        }
        writing.get();
        assertThat(value(reader, "second")).contains("" + RACES);
    }

    @Test
    void keysAreRelativeToThePrefixAndMayHaveParts() throws DcsException {
        Dcs dcs = client();

        dcs.write("members/node1", "{}", ABSENT);
        dcs.write("leader", "node1", ABSENT);

        assertThat(dcs.read().byKey()).containsOnlyKeys("members/node1", "leader");
    }

    @Test
    void clustersDoNotSeeEachOtherThoughOneNameBeginsWithTheOther() throws DcsException {
        String name = newCluster();
        Dcs demo = client(name + "demo");
        Dcs demo2 = client(name + "demo2");

        demo2.write("leader", "two", ABSENT);
        assertThat(demo.read().byKey()).isEmpty();
        assertThat(demo.write("leader", "one", ABSENT)).isTrue();
        assertThat(demo.delete("leader", ANYTHING)).isTrue();

        assertThat(value(demo2, "leader")).contains("two");
    }

    @Test
    void valuesComeBackAsTheyWereWritten() throws DcsException {
        Dcs dcs = client();
        String large = "0123456789".repeat(LARGE_VALUE / 10);

        dcs.write("empty", "", ABSENT);
        dcs.write("unicode", "größer – 主節點 🐘 \"\\\n", ABSENT);
        dcs.write("large", large, ABSENT);

        assertThat(value(dcs, "empty")).contains("");
        assertThat(value(dcs, "unicode")).contains("größer – 主節點 🐘 \"\\\n");
        assertThat(value(dcs, "large")).contains(large);
    }

    // Writing

    @Test
    void aWriteThatExpectsNothingThereLosesAgainstAnEntryThatIsThere() throws DcsException {
        Dcs dcs = client();

        assertThat(dcs.write("initialize", "a", ABSENT)).isTrue();
        assertThat(dcs.write("initialize", "b", ABSENT)).isFalse();

        assertThat(value(dcs, "initialize")).contains("a");
    }

    @Test
    void aWriteThatExpectsARevisionLosesOnceTheEntryWasWrittenAgain() throws DcsException {
        Dcs dcs = client();
        dcs.write("sync", "a", ABSENT);
        long seen = revision(dcs, "sync");

        assertThat(dcs.write("sync", "b", at(seen))).isTrue();
        assertThat(dcs.write("sync", "c", at(seen))).isFalse();

        assertThat(value(dcs, "sync")).contains("b");
    }

    @Test
    void aWriteThatExpectsARevisionLosesWhenTheEntryIsGoneOrAnotherOfTheSameName() throws DcsException {
        Dcs dcs = client();
        dcs.write("sync", "a", ABSENT);
        long seen = revision(dcs, "sync");
        dcs.delete("sync", ANYTHING);

        assertThat(dcs.write("sync", "b", at(seen))).isFalse();
        dcs.write("sync", "a", ABSENT);
        assertThat(dcs.write("sync", "b", at(seen))).isFalse();
    }

    @Test
    void theRevisionOfAnEntryChangesWithEveryWriteOfItAndWithNoOtherWrite() throws DcsException {
        Dcs dcs = client();
        dcs.write("status", "same", ANYTHING);
        long first = revision(dcs, "status");
        dcs.write("config", "other", ANYTHING);
        assertThat(revision(dcs, "status")).isEqualTo(first);

        dcs.write("status", "same", ANYTHING);

        assertThat(revision(dcs, "status")).isGreaterThan(first);
    }

    @Test
    void aWriteThatExpectsAnythingReplacesWhatIsThere() throws DcsException {
        Dcs dcs = client();

        assertThat(dcs.write("config", "a", ANYTHING)).isTrue();
        assertThat(dcs.write("config", "b", ANYTHING)).isTrue();

        assertThat(value(dcs, "config")).contains("b");
    }

    @Test
    void aDeletionTakesPlaceOnlyAtTheRevisionItExpects() throws DcsException {
        Dcs dcs = client();
        dcs.write("failover", "a", ABSENT);
        long seen = revision(dcs, "failover");
        dcs.write("failover", "b", ANYTHING);

        assertThat(dcs.delete("failover", at(seen))).isFalse();
        assertThat(value(dcs, "failover")).contains("b");
        assertThat(dcs.delete("failover", at(revision(dcs, "failover")))).isTrue();
        assertThat(value(dcs, "failover")).isEmpty();
        assertThat(dcs.delete("failover", at(seen))).isFalse();
    }

    @Test
    void deletingWhatIsAbsentIsFineWhenAnythingIsExpected() throws DcsException {
        assertThat(client().delete("failover", ANYTHING)).isTrue();
    }

    @Test
    void deletingAnEntryLeavesThoseWhoseKeyBeginsWithIt() throws DcsException {
        Dcs dcs = client();
        dcs.write("members/node1", "a", ABSENT);
        dcs.write("members/node10", "b", ABSENT);

        dcs.delete("members/node1", ANYTHING);

        assertThat(dcs.read().byKey()).containsOnlyKeys("members/node10");
    }

    @Test
    void ofTwoClientsThatRaceForAnEntryExactlyOneWins() throws Exception {
        String name = newCluster();
        Session one = client(name).openSession(longTtl());
        Session two = client(name).openSession(longTtl());
        Dcs observer = client(name);

        for (int i = 0; i < RACES; i++) {
            String key = "leader" + i;
            List<String> winners = Race.between(
                    () -> one.write(key, "one", ABSENT) ? "one" : "", () -> two.write(key, "two", ABSENT) ? "two" : "");
            assertThat(winners).as("race %d", i).hasSize(1);
            assertThat(value(observer, key)).contains(winners.get(0));
        }
    }

    @Test
    void ofTwoWritesThatExpectTheSameRevisionExactlyOneWins() throws Exception {
        String name = newCluster();
        Dcs one = client(name);
        Dcs two = client(name);
        one.write("sync", "none", ABSENT);

        for (int i = 0; i < RACES; i++) {
            long seen = revision(one, "sync");
            List<String> winners = Race.between(
                    () -> one.write("sync", "one", at(seen)) ? "one" : "",
                    () -> two.write("sync", "two", at(seen)) ? "two" : "");
            assertThat(winners).as("race %d", i).hasSize(1);
            assertThat(value(one, "sync")).contains(winners.get(0));
        }
    }
}
