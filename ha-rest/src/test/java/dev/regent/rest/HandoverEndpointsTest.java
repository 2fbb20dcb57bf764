package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.Subscription;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandoverEndpointsTest {
    private static final String PAUSED = "{\"pause\":true}";
    private static final String SYNCHRONOUS = "{\"synchronous_mode\":true}";

    private Api api;

    @BeforeEach
    void start() throws Exception {
        api = new Api(new FakeNode("pg-a").leads());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            /failover   | {"leader":"pg-a"}                        | 400 | Failover could be performed only to a specific candidate
            /switchover | {"candidate":"pg-b"}                     | 400 | Switchover could be performed only from a specific leader
            /switchover | {"leader":"","candidate":"pg-b"}         | 400 | Switchover could be performed only from a specific leader
            /failover   | {"candidate":"pg-b","scheduled_at":"x"}  | 400 | Failover can't be scheduled
            /switchover | {"leader":"pg-a","scheduled_at":"2031-03-04T02:00"} | 400 | Timezone information is mandatory for the scheduled switchover
            /switchover | {"leader":"pg-a","scheduled_at":"2031-03-03T11:59Z"} | 422 | Cannot schedule switchover in the past
            /switchover | {"leader":"pg-a","scheduled_at":"soon"}  | 422 | Unable to parse scheduled timestamp. It should be in an unambiguous format, e.g. ISO 8601
            /switchover | {"leader":"pg-a","candidate":"pg-a"}     | 400 | Switchover target and source are the same
            /switchover | {"leader":"pg-b"}                        | 412 | leader name does not match
            /switchover | {"leader":"pg-a","candidate":"pg-x"}     | 412 | candidate does not exists
            /failover   | {"candidate":"pg-x"}                     | 412 | candidate does not exists
            """)
    void aRequestThatMakesNoSenseIsRefusedWithAReason(String path, String body, int status, String text)
            throws Exception {
        Reply reply = api.send("POST", path, body);

        assertThat(reply.body()).isEqualTo(text);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(api.entry("failover")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            {"leader":"pg-a","scheduled_at":"2031-03-04T02:00Z"} | Can't schedule switchover in the paused state
            {"leader":"pg-a"} | Switchover is possible only to a specific candidate in a paused state
            """)
    void aPausedClusterWantsToBeToldWhoLeads(String body, String text) throws Exception {
        api.put("config", PAUSED);

        Reply reply = api.send("POST", "/switchover", body);

        assertThat(reply.body()).isEqualTo(text);
        assertThat(reply.status()).isEqualTo(400);
    }

    @Test
    void aSynchronousClusterIsHandedOnlyToASynchronousMember() throws Exception {
        api.put("config", SYNCHRONOUS);
        api.put("sync", "{\"leader\":\"pg-a\",\"sync_standby\":\"pg-b\"}");

        Reply reply = api.send("POST", "/switchover", "{\"leader\":\"pg-a\",\"candidate\":\"pg-c\"}");

        assertThat(reply.body()).isEqualTo("candidate name does not match with sync_standby");
        assertThat(reply.status()).isEqualTo(412);
    }

    @Test
    void aSynchronousClusterWithoutSynchronousMemberIsNotHandedOver() throws Exception {
        api.put("config", SYNCHRONOUS);

        Reply reply = api.send("POST", "/switchover", "{\"leader\":\"pg-a\"}");

        assertThat(reply.body()).isEqualTo("switchover is not possible: can not find sync_standby");
        assertThat(reply.status()).isEqualTo(412);
    }

    @Test
    void aLeaderAloneIsNotSwitched() throws Exception {
        api.dcs.delete("members/pg-b", Expected.ANYTHING);
        api.dcs.delete("members/pg-c", Expected.ANYTHING);

        Reply reply = api.send("POST", "/switchover", "{\"leader\":\"pg-a\"}");

        assertThat(reply.body()).isEqualTo("switchover is not possible: cluster does not have members except leader");
        assertThat(reply.status()).isEqualTo(412);
    }

    @Test
    void nobodyIsGoodWhoIsSilentOrMustNotLead() throws Exception {
        api.peers.remove(NodeName.of("pg-b"));
        api.peers.put(NodeName.of("pg-c"), Api.answer(Orders.tags("nofailover", true)));

        Reply reply = api.send("POST", "/switchover", "{\"leader\":\"pg-a\"}");

        assertThat(reply.body()).isEqualTo("switchover is not possible: no good candidates have been found");
        assertThat(reply.status()).isEqualTo(412);
    }

    @Test
    void aSwitchoverThatSucceedsIsReportedAtOnce() throws Exception {
        try (Subscription cluster = whenRequested(() -> api.put("leader", "pg-b"))) {
            Reply reply = api.send("POST", "/switchover", "{\"leader\":\"pg-a\",\"candidate\":\"pg-b\"}");

            assertThat(reply.body()).isEqualTo("Successfully switched over to \"pg-b\"");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(api.entry("failover")).isEqualTo("{\"leader\":\"pg-a\",\"member\":\"pg-b\"}");
            assertThat(api.node.wakeUps).hasValue(1);
        }
    }

    @Test
    void aFailoverThatEndsElsewhereSaysSo() throws Exception {
        try (Subscription cluster = whenRequested(() -> api.put("leader", "pg-c"))) {
            Reply reply = api.send("POST", "/failover", "{\"member\":\"pg-b\"}");

            assertThat(reply.body()).isEqualTo("Failed over to \"pg-c\" instead of \"pg-b\"");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(api.entry("failover")).isEqualTo("{\"member\":\"pg-b\"}");
        }
    }

    @Test
    void aFailoverThatNamesTheLeaderIsASwitchover() throws Exception {
        try (Subscription cluster = whenRequested(() -> api.put("leader", "pg-b"))) {
            Reply reply = api.send("POST", "/failover", "{\"leader\":\"pg-a\",\"candidate\":\"pg-b\"}");

            assertThat(reply.body()).isEqualTo("Successfully switched over to \"pg-b\"");
        }
    }

    @Test
    void aRequestThatTheLeaderRefusesHasFailed() throws Exception {
        try (Subscription cluster = whenRequested(() -> api.put("failover", "{}"))) {
            Reply reply = api.send("POST", "/switchover", "{\"leader\":\"pg-a\"}");

            assertThat(reply.body()).isEqualTo("Switchover failed");
            assertThat(reply.status()).isEqualTo(503);
        }
    }

    @Test
    void whatIsNotDecidedWhenTheServerClosesIsOpen() throws Exception {
        try (Subscription cluster = whenRequested(api::close)) {
            Reply reply = api.send("POST", "/switchover", "{\"leader\":\"pg-a\"}");

            assertThat(reply.body())
                    .isEqualTo("Switchover status unknown after 20 seconds; operation may still be in progress");
            assertThat(reply.status()).isEqualTo(503);
        }
    }

    @Test
    void aScheduledSwitchoverIsAcceptedAndCanBeTakenBack() throws Exception {
        Reply accepted =
                api.send("POST", "/switchover", "{\"leader\":\"pg-a\",\"scheduled_at\":\"2031-03-04 02:00 +1\"}");

        assertThat(accepted.body()).isEqualTo("Switchover scheduled");
        assertThat(accepted.status()).isEqualTo(202);
        assertThat(api.entry("failover"))
                .isEqualTo("{\"leader\":\"pg-a\",\"scheduled_at\":\"2031-03-04T02:00:00+01:00\"}");

        Reply deleted = api.send("DELETE", "/switchover", "");
        assertThat(deleted.body()).isEqualTo("scheduled switchover deleted");
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(api.entry("failover")).isEqualTo("{}");

        Reply nothing = api.send("DELETE", "/switchover", "");
        assertThat(nothing.body()).isEqualTo("no switchover is scheduled");
        assertThat(nothing.status()).isEqualTo(404);
    }

    @Test
    void aNameThatNobodyCanBearIsRefused() throws Exception {
        Reply reply = api.send("POST", "/switchover", "{\"leader\":\"a/b\",\"scheduled_at\":\"2031-03-04T02:00:00Z\"}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).contains("a/b");
    }

    private interface Reaction {
        void run() throws DcsException;
    }

    /** Lets the cluster do something once when the request has been written. */
    private Subscription whenRequested(Reaction reaction) {
        AtomicBoolean done = new AtomicBoolean();
        return api.dcs.watch(() -> {
            try {
                if (!api.entry("failover").isEmpty() && done.compareAndSet(false, true)) {
                    reaction.run();
                }
            } catch (DcsException closed) {
                throw new IllegalStateException(closed);
            }
        });
    }
}
