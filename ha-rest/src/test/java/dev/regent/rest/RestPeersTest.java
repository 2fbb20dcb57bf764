package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.MemberFacts;
import dev.regent.ha.model.MemberState;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Role;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.PeerStatus;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestPeersTest {
    private static final String HEAD = "HTTP/1.0 200 OK\r\nServer: x\r\nContent-Type: application/json\r\n\r\n";
    private static final String HOST = "127.0.0.1";

    private final RestPeers peers = new RestPeers();

    @AfterEach
    void close() {
        peers.close();
    }

    @Test
    void aStandbyTellsHowFarItIs() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b").tags("failover_priority", 2, "dc", "eu1"))) {
            assertThat(ask(api.url()))
                    .isEqualTo(new PeerStatus.Answer(
                            true,
                            WalPosition.ofStandby(7, Orders.POSITION, Orders.POSITION),
                            Orders.tags("failover_priority", 2, "dc", "eu1"),
                            false));
        }
    }

    @Test
    void aPrimaryTellsThatItAcceptsWrites() throws Exception {
        try (Api api = new Api(new FakeNode("pg-a").leads().watchdogFailed())) {
            assertThat(ask(api.url()))
                    .isEqualTo(new PeerStatus.Answer(false, WalPosition.at(7, Orders.POSITION), Tags.NONE, true));
        }
    }

    @Test
    void aNodeWithoutRunningServerIsSilent() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b").server(Orders.silent(ServerState.STOPPED, true)))) {
            assertThat(ask(api.url()))
                    .isEqualTo(new PeerStatus.Silent("its server is stopped and its position is not known"));
        }
    }

    @Test
    void manyAreAskedAtOnceAndEachHasItsAnswer() throws Exception {
        try (Api one = new Api(new FakeNode("pg-b"));
                Api two = new Api(new FakeNode("pg-a").leads());
                ScriptedPeer silent = ScriptedPeer.thatNeverAnswers()) {
            Map<NodeName, PeerStatus> answers = peers.ask(List.of(
                    member("pg-b", Optional.of(one.url())),
                    member("pg-a", Optional.of(two.url())),
                    member("pg-c", Optional.of(silent.url())),
                    member("pg-d", Optional.empty())));

            assertThat(answers).hasSize(4);
            assertThat(answers.get(NodeName.of("pg-b"))).isInstanceOf(PeerStatus.Answer.class);
            assertThat(answers.get(NodeName.of("pg-a"))).isInstanceOf(PeerStatus.Answer.class);
            assertThat(answers.get(NodeName.of("pg-c"))).isEqualTo(new PeerStatus.Silent("no answer within 1000 ms"));
            assertThat(answers.get(NodeName.of("pg-d"))).isEqualTo(new PeerStatus.Silent("it publishes no api_url"));
        }
    }

    @Test
    void whoHasGoneIsSilentAtOnce() throws Exception {
        String gone;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            gone = "http://" + HOST + ":" + closed.getLocalPort() + "/patroni";
        }
        try (RestPeers patient = new RestPeers(Duration.ofMinutes(10), this::noTls)) {
            assertThat(patient.ask(gone)).isInstanceOf(PeerStatus.Silent.class);
        }
    }

    @Test
    void theSameConnectionServesFurtherQuestions() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.thatAnswers(
                "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}", true)) {
            ask(peer.url());
            ask(peer.url());
            ask(peer.url());

            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @Test
    void aConnectionThatWasClosedMeanwhileIsReplaced() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.thatAnswers(
                "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 32\r\n\r\n{\"role\":\"x\",\"xlog\":{\"paused\":0}}",
                false)) {
            for (int i = 1; i <= 3; i++) {
                assertThat(ask(peer.url())).isInstanceOf(PeerStatus.Answer.class);
                assertThat(peer.connections()).isEqualTo(i);
            }
        }
    }

    @Test
    void anotherServersAnswerEndsWithItsConnection() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.thatAnswers(HEAD + Golden.text("GET-patroni-primary.json"), false)) {
            assertThat(ask(peer.url()))
                    .isEqualTo(new PeerStatus.Answer(
                            false, WalPosition.at(7, Orders.POSITION), Orders.LEADER_TAGS, false));
        }
    }

    @Test
    void anOlderServerSaysMasterAndWal() throws Exception {
        String master = "{\"role\":\"master\",\"wal\":{\"location\":0},\"timeline\":3}";
        try (ScriptedPeer peer = ScriptedPeer.thatAnswers(HEAD + master, false)) {
            assertThat(ask(peer.url()))
                    .isEqualTo(new PeerStatus.Answer(false, WalPosition.at(3, Lsn.ZERO), Tags.NONE, false));
        }
    }

    @Test
    void whatAStandbyReceivedOrReplayedCountsWhicheverIsFurther() throws Exception {
        String standby =
                "{\"role\":\"replica\",\"xlog\":{\"received_location\":null,\"replayed_location\":9},\"timeline\":null}";
        try (ScriptedPeer peer = ScriptedPeer.thatAnswers(HEAD + standby, false)) {
            assertThat(ask(peer.url()))
                    .isEqualTo(new PeerStatus.Answer(
                            true, WalPosition.ofStandby(0, Lsn.ZERO, new Lsn(9)), Tags.NONE, false));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense\r\n\r\n",
                "HTTP/1.0 abc\r\n\r\n{}",
                "HTTP/1.0 503 Service Unavailable\r\n\r\n{\"role\":\"replica\",\"xlog\":{\"replayed_location\":9}}",
                "HTTP/1.0 200 OK\r\n\r\n",
                "HTTP/1.0 200 OK\r\n\r\n[]",
                "HTTP/1.0 200 OK\r\nContent-Length: 99999999999\r\n\r\n{}",
                "HTTP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n{}",
                "HTTP/1.0 200 OK\r\nContent-Length: 50\r\n\r\n{\"xlog\":",
                "HTTP/1.0 200 OK\r\n\r\n{\"role\":\"replica\",\"state\":\"running\"}",
            })
    void whatIsNoAnswerIsSilence(String answer) throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.thatAnswers(answer, false)) {
            assertThat(ask(peer.url())).isInstanceOf(PeerStatus.Silent.class);
        }
    }

    @Test
    void aHeadWithoutEndIsSilence() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.thatAnswers("HTTP/1.0 200 OK\r\nX: " + "x".repeat(20_000), true)) {
            assertThat(ask(peer.url())).isInstanceOf(PeerStatus.Silent.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "ftp://127.0.0.1/patroni", "http://", "http://127.0.0.1:99999/", "http://a b/"})
    void anAddressThatIsNoneIsSilence(String url) {
        assertThat(ask(url)).isInstanceOf(PeerStatus.Silent.class);
    }

    @Test
    void aClosedClientAsksNobody() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b"))) {
            peers.close();

            assertThat(ask(api.url())).isInstanceOf(PeerStatus.Silent.class);
        }
    }

    private PeerStatus ask(String url) {
        return peers.ask(List.of(member("peer", Optional.of(url)))).get(NodeName.of("peer"));
    }

    private SSLSocketFactory noTls() {
        throw new IllegalStateException("nobody speaks TLS here");
    }

    private static Member member(String name, Optional<String> url) {
        return new Member(
                NodeName.of(name),
                Optional.empty(),
                url,
                MemberState.RUNNING,
                Role.REPLICA,
                Tags.NONE,
                WalPosition.UNKNOWN,
                Optional.empty(),
                false,
                false,
                MemberFacts.NONE,
                "4.1.4");
    }
}
