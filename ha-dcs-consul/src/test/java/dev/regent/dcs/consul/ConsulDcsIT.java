package dev.regent.dcs.consul;

import static dev.regent.ha.spi.Expected.ABSENT;
import static dev.regent.ha.spi.Expected.ANYTHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries.Entry;
import dev.regent.ha.spi.Session;
import dev.regent.testkit.process.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private static final long POLL_MILLIS = 50;
    private static final int API_PORT = freePort();

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
    void checksThatTheSessionDependsOnAreThoseOfTheConfiguration() throws Exception {
        agent.ask("PUT", "/v1/agent/check/register", "{\"Name\":\"disk\",\"TTL\":\"10m\",\"Status\":\"passing\"}");
        try (Dcs checked = open(Map.of("checks", List.of("disk")))) {
            Session session = checked.openSession(TTL);

            assertThat(agent.ask("GET", "/v1/session/info/" + session.id())).contains("\"NodeChecks\":[\"disk\"]");
            agent.ask("PUT", "/v1/agent/check/fail/disk");
            assertThat(session.renew()).isFalse();
        } finally {
            agent.ask("PUT", "/v1/agent/check/deregister/disk");
        }
    }

    @Test
    void aMemberIsAServiceOfTheAgentInItsRoleUntilItEnds() throws Exception {
        Map<String, Object> section =
                Map.of("register_service", true, "service_tags", List.of("eu", "big"), "service_check_interval", "7s");
        try (Dcs member = open(section)) {
            Session session = member.openSession(TTL);
            session.write("members/node1", entry("starting", "uninitialized"), ANYTHING);
            assertThat(services()).isEmpty();

            session.write("members/node1", entry("running", "replica"), ANYTHING);
            assertThat(service().path("Service").asText()).isEqualTo("demo");
            assertThat(service().path("Address").asText()).isEqualTo("127.0.0.1");
            assertThat(service().path("Port").asInt()).isEqualTo(5432);
            assertThat(texts(service().path("Tags"))).containsExactly("big", "eu", "replica");
            awaitPassingCheck();

            session.write("members/node1", entry("running", "primary"), ANYTHING);
            assertThat(texts(service().path("Tags"))).containsExactly("big", "eu", "primary", "master");

            session.write("members/node1", entry("stopped", "primary"), ANYTHING);
            assertThat(services()).isEmpty();
            session.write("members/node1", entry("running", "standby_leader"), ANYTHING);
            assertThat(texts(service().path("Tags"))).containsExactly("big", "eu", "standby-leader");

            session.end();
            assertThat(services()).isEmpty();
        }
    }

    @Test
    void aServiceThatTheAgentRefusesCostsTheMemberNothing() throws Exception {
        try (Dcs member = open(Map.of("register_service", true, "service_check_interval", "no time"))) {
            Session session = member.openSession(TTL);

            assertThat(session.write("members/node1", entry("running", "replica"), ANYTHING))
                    .isTrue();
            assertThat(session.renew()).isTrue();

            assertThat(services()).isEmpty();
        }
    }

    private static int freePort() {
        try {
            return FreePorts.next();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    private static Dcs open(Map<String, Object> section) {
        return ConsulDcs.open(agent.settings(), "/service/demo", "demo-node1", ServiceSettings.of(section));
    }

    private static String entry(String state, String role) {
        return "{\"conn_url\":\"postgres://127.0.0.1:5432/postgres\",\"api_url\":\"http://127.0.0.1:" + API_PORT
                + "/patroni\"," + "\"state\":\"" + state + "\",\"role\":\"" + role + "\"}";
    }

    /** The agent asks the REST API of the member at the path of its role. */
    private static void awaitPassingCheck() throws Exception {
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), API_PORT), 0);
        api.createContext("/replica", asked -> {
            asked.sendResponseHeaders(200, -1);
            asked.close();
        });
        api.start();
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WATCH_SECONDS);
            while (!agent.ask("GET", "/v1/agent/checks").contains("\"Status\":\"passing\"")) {
                assertThat(System.nanoTime()).as("a check that passes").isLessThan(deadline);
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } finally {
            api.stop(0);
        }
    }

    private static JsonNode services() throws Exception {
        return new ObjectMapper().readTree(agent.ask("GET", "/v1/agent/services"));
    }

    private static JsonNode service() throws Exception {
        return services().path("demo/node1");
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
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
