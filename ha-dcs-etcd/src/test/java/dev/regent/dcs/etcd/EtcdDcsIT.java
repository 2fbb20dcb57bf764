package dev.regent.dcs.etcd;

import static dev.regent.ha.spi.Expected.ABSENT;
import static dev.regent.ha.spi.Expected.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries.Entry;
import dev.regent.ha.spi.Session;
import dev.regent.testkit.process.EtcdServer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What others see of our entries, and of this client, on one real etcd server. */
final class EtcdDcsIT {
    private static EtcdServer etcd;
    private static Gateway others;

    @BeforeAll
    static void startEtcd() throws Exception {
        etcd = EtcdServer.start();
        others = new Gateway(etcd.endpoint());
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    @Test
    void othersReadOurEntriesUnderTheirFullKeys() throws Exception {
        try (EtcdDcs dcs = EtcdDcs.open(EtcdOptions.of("/service/ours/", etcd.endpoint()))) {
            dcs.openSession(Duration.ofSeconds(30)).write("leader", "node-ä", ABSENT);
            dcs.write("members/node1", "{}", ABSENT);

            assertThat(others.get("/service/ours/", "/service/ours0"))
                    .isEqualTo(Map.of("/service/ours/leader", "node-ä", "/service/ours/members/node1", "{}"));
        }
    }

    @Test
    void weReadAndReplaceTheEntriesOfOthersButNotThoseOfOtherClusters() throws Exception {
        others.put("/service/theirs/config", "{\"ttl\":30}");
        others.put("/service/theirs2/config", "{}");
        try (EtcdDcs dcs = EtcdDcs.open(EtcdOptions.of("/service/theirs/", etcd.endpoint()))) {
            Map<String, Entry> found = dcs.read().byKey();
            assertThat(found).containsOnlyKeys("config");
            assertThat(found.get("config").value()).isEqualTo("{\"ttl\":30}");
            assertThat(found.get("config").session()).isEqualTo(Optional.empty());

            assertThat(dcs.write("config", "{}", at(found.get("config").revision())))
                    .isTrue();
        }
    }

    @Test
    void aSessionsIdIsWhatEtcdctlShows() throws Exception {
        try (EtcdDcs dcs = EtcdDcs.open(EtcdOptions.of("/service/id/", etcd.endpoint()))) {
            Session session = dcs.openSession(Duration.ofSeconds(30));

            String lease = others.post("lease/leases", Map.of()).path("leases").findValuesAsText("ID").stream()
                    .map(id -> Long.toHexString(Long.parseLong(id)))
                    .filter(session.id()::equals)
                    .collect(Collectors.joining());
            assertThat(lease).isEqualTo(session.id());
        }
    }

    @Test
    void aStoreThatIsNotThereIsNamedWithWhatToCheck() {
        try (EtcdDcs dcs = EtcdDcs.open(EtcdOptions.of("/service/demo/", "http://127.0.0.1:1", "http://nowhere.invalid")
                .withCallTimeout(Duration.ofSeconds(1)))) {
            assertThatThrownBy(dcs::read)
                    .isInstanceOf(DcsException.class)
                    .hasMessageContaining("did not read /service/demo/ within 1.0 s")
                    .hasMessageContaining("http://127.0.0.1:1: connection refused")
                    .hasMessageContaining("http://nowhere.invalid:2379: its host name is unknown")
                    .hasMessageContaining("Check that etcd runs at these endpoints");
        }
    }

    @Test
    void anInterruptedCallEndsAtOnceAndLeavesTheInterruptToItsCaller() throws Exception {
        try (EtcdDcs dcs = EtcdDcs.open(
                EtcdOptions.of("/service/demo/", "http://127.0.0.1:1").withCallTimeout(Duration.ofMinutes(1)))) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(dcs::read).isInstanceOf(DcsException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void closingLeavesNoThreads() throws Exception {
        Set<Thread> before = liveThreads();
        EtcdDcs dcs = EtcdDcs.open(EtcdOptions.of("/service/threads/", etcd.endpoint()));
        dcs.watch(() -> {});
        dcs.openSession(Duration.ofSeconds(30)).renew();
        Set<Thread> own = liveThreads();
        own.removeAll(before);
        assertThat(own)
                .allSatisfy(thread ->
                        assertThat(thread.isDaemon()).as(thread.getName()).isTrue())
                .hasSizeLessThanOrEqualTo(6);

        dcs.close();

        Eventually.holds(
                "no thread is left of " + own,
                Duration.ofSeconds(5),
                () -> liveThreads().stream().noneMatch(own::contains));
    }

    private static Set<Thread> liveThreads() {
        return Thread.getAllStackTraces().keySet().stream().collect(Collectors.toSet());
    }
}
