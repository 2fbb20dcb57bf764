package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.spi.Expected;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConfigEndpointsTest {
    private Api api;

    @BeforeEach
    void start() throws Exception {
        api = new Api(new FakeNode("pg-b"));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aPatchAddsReplacesAndRemoves() throws Exception {
        api.put("config", "{\"ttl\":30,\"pause\":true,\"postgresql\":{\"use_slots\":true}}");

        Reply reply = api.send(
                "PATCH",
                "/config",
                "{\"pause\":null,\"ttl\":40,\"postgresql\":{\"parameters\":{\"a\":1}},\"loop_wait\":5}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).hasValue("application/json");
        assertThat(reply.body())
                .isEqualTo("{\"ttl\": 40, \"postgresql\": {\"use_slots\": true, \"parameters\": {\"a\": 1}}, "
                        + "\"loop_wait\": 5}");
        assertThat(api.entry("config"))
                .isEqualTo("{\"ttl\":40,\"postgresql\":{\"use_slots\":true,\"parameters\":{\"a\":1}},\"loop_wait\":5}");
        assertThat(api.node.wakeUps).hasValue(1);
    }

    @Test
    void aPatchThatChangesNothingWritesNothing() throws Exception {
        api.put("config", "{\"ttl\":30,\"flag\":true}");
        long revision = api.dcs.read().get("config").orElseThrow().revision();

        Reply reply = api.send("PATCH", "/config", "{\"ttl\":\"30\",\"nothing\":null,\"flag\":true}");

        assertThat(reply.body()).isEqualTo("{\"ttl\": 30, \"flag\": true}");
        assertThat(api.dcs.read().get("config").orElseThrow().revision()).isEqualTo(revision);
    }

    @Test
    void aBooleanIsNotTheSameAsItsName() throws Exception {
        api.put("config", "{\"flag\":true}");

        assertThat(api.send("PATCH", "/config", "{\"flag\":\"true\"}").body()).isEqualTo("{\"flag\": \"true\"}");
    }

    @Test
    void thereIsNothingToPatchBeforeTheClusterExists() throws Exception {
        api.dcs.delete("config", Expected.ANYTHING);

        assertThat(api.send("PATCH", "/config", "{\"ttl\":40}").status()).isEqualTo(503);
    }

    @Test
    void thereIsNothingToShowBeforeTheClusterExists() throws Exception {
        api.node.beforeFirstLook();
        api.dcs.delete("config", Expected.ANYTHING);

        assertThat(api.get("/config").status()).isEqualTo(502);
    }

    @Test
    void aPatchWithoutTheStoreFails() throws Exception {
        api.dcs.cutOff();

        assertThat(api.send("PATCH", "/config", "{\"ttl\":40}").status()).isEqualTo(503);
    }

    @Test
    void aReplacementIsWrittenAsItIs() throws Exception {
        api.put("config", "{\"ttl\":30,\"pause\":true}");

        Reply reply = api.send("PUT", "/config", "{\"loop_wait\":5,\"nothing\":null}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("{\"loop_wait\": 5, \"nothing\": null}");
        assertThat(api.entry("config")).isEqualTo("{\"loop_wait\":5,\"nothing\":null}");
    }

    @Test
    void aReplacementThatSaysTheSameWritesNothing() throws Exception {
        api.put("config", "{\"ttl\":30,\"postgresql\":{\"use_slots\":true}}");
        long revision = api.dcs.read().get("config").orElseThrow().revision();

        Reply reply = api.send("PUT", "/config", "{\"postgresql\":{\"use_slots\":true},\"ttl\":\"30\"}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(api.dcs.read().get("config").orElseThrow().revision()).isEqualTo(revision);
    }

    @Test
    void aReplacementNeedsNoPredecessorButTheStore() throws Exception {
        api.dcs.delete("config", Expected.ANYTHING);
        assertThat(api.send("PUT", "/config", "{\"ttl\":40}").status()).isEqualTo(200);
        assertThat(api.entry("config")).isEqualTo("{\"ttl\":40}");

        api.dcs.cutOff();
        assertThat(api.send("PUT", "/config", "{\"ttl\":50}").status()).isEqualTo(502);
    }
}
