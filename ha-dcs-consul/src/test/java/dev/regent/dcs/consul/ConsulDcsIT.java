package dev.regent.dcs.consul;

import static dev.regent.ha.spi.Expected.ABSENT;
import static dev.regent.ha.spi.Expected.ANYTHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries.Entry;
import dev.regent.ha.spi.Session;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is particular to Consul: its layout, its limits and the ways in which an agent fails. */
class ConsulDcsIT {
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final Duration LIMIT = Duration.ofMillis(500);

    /** What a loaded machine may add. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final long WATCH_SECONDS = 15;

    private static ConsulAgent agent;
    private Dcs dcs;

    @BeforeAll
    static void startAgent() throws Exception {
        agent = ConsulAgent.start("\"leave_on_terminate\": true");
    }

    @AfterAll
    static void stopAgent() throws Exception {
        agent.close();
    }

    @BeforeEach
    void openStore() throws Exception {
        dcs = ConsulDcs.open(agent.settings(), "/service//demo", "demo-node1");
        for (String key : dcs.read().byKey().keySet()) {
            dcs.delete(key, ANYTHING);
        }
    }

    @AfterEach
    void closeStore() {
        dcs.close();
    }

    @Test
    void aSessionIsWhatPatroniCreates() throws Exception {
        Session session = dcs.openSession(TTL);
        session.write("leader", "node1", ABSENT);

        assertThat(agent.ask("GET", "/v1/session/info/" + session.id()))
                .contains("\"Name\":\"demo-node1\"", "\"TTL\":\"15.0s\"", "\"Behavior\":\"delete\"")
                .contains("\"LockDelay\":1000000,", "\"NodeChecks\":[]");
        assertThat(agent.ask("GET", "/v1/kv/service/demo/leader")).contains(session.id());
        assertThat(session.timeToLive()).isEqualTo(TTL.dividedBy(2));
    }

    @Test
    void aTtlBelowConsulsLeastIsLengthenedAndOnlyTheAskedForIsTrusted() throws Exception {
        Session short4 = dcs.openSession(Duration.ofSeconds(4));
        Session short16 = dcs.openSession(Duration.ofSeconds(16));

        assertThat(agent.ask("GET", "/v1/session/info/" + short4.id())).contains("\"TTL\":\"10.0s\"");
        assertThat(short4.timeToLive()).isEqualTo(Duration.ofSeconds(4));
        assertThat(short16.timeToLive()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aFolderThatSomebodyCreatedIsNoEntry() throws Exception {
        agent.ask("PUT", "/v1/kv/service/demo/");

        assertThat(dcs.read().byKey()).isEmpty();
    }

    @Test
    void anEntryThatASessionOfAnotherToolHeldIsWrittenWhenItsLockDelayIsOver() throws Exception {
        Session session = dcs.openSession(TTL);
        endForeignSessionHolding("leader", "0.7s");

        assertThat(session.write("leader", "node1", ABSENT)).isTrue();
    }

    @Test
    void aLockDelayLongerThanACallMayTakeIsNotALostRace() throws Exception {
        Session session = dcs.openSession(TTL);
        endForeignSessionHolding("failover", "20s");
        dcs.limitCallsTo(LIMIT);

        assertThatThrownBy(() -> session.write("failover", "{}", ABSENT))
                .isInstanceOf(DcsException.class)
                .hasMessageContaining("lock delay");
    }

    @Test
    void anAgentThatWouldEndSessionsWhenStoppedIsWarnedOfOnce() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(ConsulDcs.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);

        dcs.openSession(TTL).end();
        dcs.openSession(TTL).end();

        logger.detachAppender(lines);
        assertThat(lines.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .contains("leave_on_terminate = false");
    }

    @Test
    void aRestartedAgentServesTheSameClientSessionAndWatch() throws Exception {
        Session session = dcs.openSession(TTL);
        session.write("leader", "node1", ABSENT);
        Semaphore told = new Semaphore(0);
        dcs.watch(told::release);
        assertThat(told.tryAcquire(WATCH_SECONDS, TimeUnit.SECONDS)).isTrue();

        agent.kill();
        assertThatThrownBy(dcs::read).isInstanceOf(DcsException.class);
        assertThatThrownBy(session::renew).isInstanceOf(DcsException.class);
        agent.start();

        assertThat(session.renew()).isTrue();
        assertThat(dcs.read().get("leader").flatMap(Entry::session)).contains(session.id());
        // One call back may be for what was missed while the agent was away, if the watch noticed that; not both
        assertThatTheWatchTellsOf("config", told);
        assertThatTheWatchTellsOf("history", told);
    }

    private void assertThatTheWatchTellsOf(String key, Semaphore told) throws Exception {
        dcs.write(key, "{}", ABSENT);
        assertThat(told.tryAcquire(WATCH_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aFrozenAgentCostsOneTimeoutPerCallAndNothingOnceItGoesOn() throws Exception {
        Session session = dcs.openSession(TTL);
        dcs.limitCallsTo(LIMIT);
        agent.freeze();
        try {
            for (int call = 0; call < 4; call++) {
                assertFailsWithinLimit(session);
            }
        } finally {
            agent.thaw();
        }

        dcs.limitCallsTo(SLACK);
        assertThat(session.renew()).isTrue();
        assertThat(session.write("leader", "node1", ABSENT)).isTrue();
    }

    private static void assertFailsWithinLimit(Session session) {
        long start = System.nanoTime();

        assertThatThrownBy(session::renew).isInstanceOf(DcsException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(LIMIT, LIMIT.plus(SLACK));
    }

    private void endForeignSessionHolding(String key, String lockDelay) throws Exception {
        String created = agent.ask(
                "PUT", "/v1/session/create", "{\"LockDelay\": \"" + lockDelay + "\", \"Behavior\": \"delete\"}");
        String id = created.replaceAll("(?s).*\"ID\":\\s*\"([^\"]+)\".*", "$1");
        agent.ask("PUT", "/v1/kv/service/demo/" + key + "?acquire=" + id);
        agent.ask("PUT", "/v1/session/destroy/" + id);
    }
}
