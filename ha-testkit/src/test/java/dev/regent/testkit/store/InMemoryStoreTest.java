package dev.regent.testkit.store;

import static dev.regent.ha.spi.Expected.ABSENT;
import static dev.regent.ha.spi.Expected.ANYTHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the in-memory store adds to the contract of a store. */
class InMemoryStoreTest {
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final Duration MOMENT = Duration.ofNanos(1);

    private Duration now = Duration.ZERO;
    private final InMemoryStore store = InMemoryStore.drivenBy(() -> now);
    private final InMemoryDcs dcs = store.open("demo");

    @Test
    void aSessionEndsExactlyAtItsDeadlineByTheTicker() throws DcsException {
        dcs.openSession(TTL).write("leader", "a", ABSENT);

        now = TTL.minus(MOMENT);
        assertThat(dcs.read().get("leader")).isPresent();
        now = TTL;
        assertThat(dcs.read().get("leader")).isEmpty();
    }

    @Test
    void theNextExpiryIsThatOfTheSessionRenewedLongestAgo() throws DcsException {
        assertThat(store.nextExpiry()).isEmpty();

        Session renewed = dcs.openSession(TTL);
        now = Duration.ofSeconds(1);
        dcs.openSession(TTL);
        now = Duration.ofSeconds(2);
        renewed.renew();

        assertThat(store.nextExpiry()).contains(Duration.ofSeconds(31));
    }

    @Test
    void aTickerDrivenStoreCallsWatchersBeforeTheChangingCallReturns() throws DcsException {
        List<String> seen = new ArrayList<>();
        store.open("demo").watch(() -> seen.add("called"));

        dcs.write("config", "{}", ANYTHING);

        assertThat(seen).containsExactly("called");
    }

    @Test
    void expiringSessionsTellsTheWatchers() throws DcsException {
        List<String> seen = new ArrayList<>();
        dcs.openSession(TTL).write("leader", "a", ABSENT);
        dcs.watch(() -> seen.add("called"));

        now = TTL;
        store.expireSessions();

        assertThat(seen).containsExactly("called");
    }

    @Test
    void aStoreInRealTimeTellsWatchersOfAnExpiryThoughNobodyLooks() throws Exception {
        try (InMemoryStore live = new InMemoryStore();
                InMemoryDcs client = live.open("demo")) {
            CountDownLatch toldOfWriteAndExpiry = new CountDownLatch(2);
            client.watch(toldOfWriteAndExpiry::countDown);
            client.openSession(Duration.ofSeconds(1)).write("leader", "a", ABSENT);

            assertThat(toldOfWriteAndExpiry.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(client.read().get("leader")).isEmpty();
        }
    }

    @Test
    void aClientThatIsCutOffReachesNothingAndHearsNothingWhileOthersDo() throws DcsException {
        List<String> seen = new ArrayList<>();
        dcs.watch(() -> seen.add("called"));
        dcs.cutOff();

        assertThatThrownBy(dcs::read).isInstanceOf(DcsException.class);
        assertThat(store.open("demo").write("leader", "b", ABSENT)).isTrue();
        assertThat(seen).isEmpty();

        dcs.reconnect();
        assertThat(dcs.read().get("leader")).isPresent();
    }

    @Test
    void aClosedClientSaysSo() {
        dcs.close();

        assertThatThrownBy(dcs::read).isInstanceOf(DcsException.class).hasMessageContaining("closed");
    }
}
