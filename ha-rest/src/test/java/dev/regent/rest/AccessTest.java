package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may change something, over a real connection from 127.0.0.1. */
class AccessTest {
    private static final String LOGIN = "Authorization: Basic YWRtaW46c2VjcmV0\r\n";

    @ParameterizedTest
    @CsvSource({
        "PATCH,  /config",
        "PUT,    /config",
        "POST,   /reload",
        "POST,   /switchover",
        "DELETE, /switchover",
        "POST,   /failover",
        "POST,   /sigterm",
        "POST,   /mpp",
        "POST,   /citus",
        "POST,   //switchover/of/this",
    })
    void everythingThatChangesSomethingIsClosedToWhoMayNot(String method, String path) throws Exception {
        try (Api api = new Api(new FakeNode("pg-a").leads(), access(Optional.of(List.of("10.0.0.0/8")), false))) {
            Reply stranger = api.send(method, path, "{\"leader\":\"pg-a\"}");

            assertThat(stranger.status()).isEqualTo(403);
            assertThat(stranger.body()).isEqualTo("Access is denied");
            assertThat(stranger.header("Content-Type")).hasValue("text/html");
            assertThat(api.entry("failover")).isEmpty();
            assertThat(api.entry("config")).isEqualTo(Orders.entries().get("config"));
        }
        try (Api api = new Api(new FakeNode("pg-a").leads(), builder -> builder.basicAuth("admin", "secret"))) {
            assertThat(api.send(method, path, "{\"leader\":\"pg-a\"}").status()).isEqualTo(401);
            assertThat(api.entry("failover")).isEmpty();
        }
    }

    @Test
    void whatOnlyTellsSomethingIsOpen() throws Exception {
        try (Api api = new Api(new FakeNode("pg-a").leads(), access(Optional.of(List.of("10.0.0.0/8")), false))) {
            for (String path : List.of("/primary", "/patroni", "/metrics", "/cluster", "/config", "/history", "/ui")) {
                assertThat(api.get(path).status()).as(path).isEqualTo(200);
            }
        }
    }

    @Test
    void whoIsListedNeedsThePasswordAsWell() throws Exception {
        AccessSettings settings = new AccessSettings(Optional.empty(), Optional.of(List.of("127.0.0.1")), false)
                .withLogin("admin", "secret");
        try (Api api = new Api(
                new FakeNode("pg-a"),
                builder -> builder.settings(
                        RestSettings.listeningOn("127.0.0.1", 0).withAccess(settings)))) {
            assertThat(api.send("POST", "/reload", "").status()).isEqualTo(401);
            assertThat(api.send("POST", "/reload", "", LOGIN).status()).isEqualTo(202);
        }
    }

    @Test
    void membersMayWhereTheListIncludesThem() throws Exception {
        Map<String, String> entries = Orders.entries();
        entries.put("members/pg-b", "{\"api_url\":\"http://127.0.0.1:8008/patroni\",\"state\":\"running\"}");

        try (Api api = new Api(new FakeNode("pg-a").entries(entries), access(Optional.empty(), true))) {
            assertThat(api.send("POST", "/reload", "").status()).isEqualTo(202);
        }
        try (Api api = new Api(new FakeNode("pg-a").entries(entries).blind(), access(Optional.empty(), true))) {
            assertThat(api.send("POST", "/reload", "").status())
                    .as("where the members are is not known now")
                    .isEqualTo(403);
        }
        try (Api api = new Api(new FakeNode("pg-a"), access(Optional.empty(), true))) {
            assertThat(api.send("POST", "/reload", "").status()).isEqualTo(403);
        }
    }

    @Test
    void aListOfWhichNothingCanBeUsedLetsNobodyIn() throws Exception {
        try (Api api = new Api(new FakeNode("pg-a"), access(Optional.of(List.of("10.0.0.0/99")), false))) {
            assertThat(api.send("POST", "/reload", "").status()).isEqualTo(403);
        }
    }

    @Test
    void aPageOfAnotherSiteCannotMakeABrowserChangeSomething() throws Exception {
        try (Api api = new Api(new FakeNode("pg-a"))) {
            assertThat(api.send("POST", "/reload", "", "Origin: http://evil.example\r\n")
                            .status())
                    .isEqualTo(403);
            assertThat(api.send("POST", "/reload", "", "Origin: null\r\n").status())
                    .isEqualTo(403);
            assertThat(api.send("POST", "/reload", "", "Origin: http://x\r\n").status())
                    .as("our own page, which came from the same host")
                    .isEqualTo(202);
        }
    }

    @Test
    void theBodyOfWhoMayNotIsNotRead() throws Exception {
        try (Api api = new Api(new FakeNode("pg-a"), access(Optional.of(List.of("10.0.0.0/8")), false))) {
            String announced = "PUT /config HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n";

            assertThat(api.raw(announced).status()).isEqualTo(403);
        }
    }

    @Test
    void accessChangesWithoutARestart() throws Exception {
        try (Api api = new Api(new FakeNode("pg-a"))) {
            assertThat(api.send("POST", "/reload", "").status()).isEqualTo(202);

            api.reconfigure(RestSettings.listeningOn("127.0.0.1", 0)
                    .withAccess(AccessSettings.OPEN.withLogin("admin", "secret"))
                    .withAnswers(new AnswerSettings(
                            ServerToken.MINIMAL, Map.of("X-Site", "eu1"), Map.of("X-Secure", "yes"))));

            assertThat(api.send("POST", "/reload", "").status()).isEqualTo(401);
            Reply reply = api.send("POST", "/reload", "", LOGIN);
            assertThat(reply.status()).isEqualTo(202);
            assertThat(reply.header("Server")).hasValue("Patroni/4.1.4");
            assertThat(reply.header("X-Site")).hasValue("eu1");
            assertThat(reply.header("X-Secure")).isEmpty();
            assertThat(api.get("/liveness").header("X-Site")).isEmpty();
            assertThat(api.send("POST", "/nonsense", "{}").header("X-Site")).isEmpty();
        }
    }

    @Test
    void aListenerMovesAndFinishesWhatItHasBegun() throws Exception {
        try (Api api = new Api(new FakeNode("pg-a"))) {
            int before = api.port();

            api.reconfigure(RestSettings.listeningOn("localhost", 0));

            assertThat(api.port()).isNotEqualTo(before);
            assertThat(api.get("/patroni").status()).isEqualTo(200);
        }
    }

    private static java.util.function.UnaryOperator<RestServer.Builder> access(
            Optional<List<String>> allowlist, boolean members) {
        return builder -> builder.settings(RestSettings.listeningOn("127.0.0.1", 0)
                .withAccess(new AccessSettings(Optional.empty(), allowlist, members)));
    }
}
