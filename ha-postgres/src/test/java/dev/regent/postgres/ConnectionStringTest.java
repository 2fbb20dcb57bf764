package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Upstream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConnectionStringTest {
    private static final Upstream LEADER = new Upstream(NodeName.of("leader"), new Address("10.0.0.1", 5432));

    @Test
    void aStandbyOfVersion17NamesItselfAndItsPasswordFile() {
        ConnectionString conninfo = ConnectionString.primaryConninfo(
                17,
                LEADER,
                "postgres",
                Credentials.of("rep", "secret"),
                Optional.of(Path.of("/home/pg/my pass")),
                "node1",
                false);

        assertThat(conninfo)
                .hasToString(
                        "dbname=postgres user=rep passfile=/home/pg/my\\ pass host=10.0.0.1 port=5432 sslmode=prefer"
                                + " application_name=node1 gssencmode=prefer channel_binding=prefer sslnegotiation=postgres");
    }

    @Test
    void keysThatVersion12DoesNotKnowAreLeftOut() {
        ConnectionString conninfo = ConnectionString.primaryConninfo(
                12, LEADER, "postgres", Credentials.withoutPassword("rep"), Optional.empty(), "node1", false);

        assertThat(conninfo)
                .hasToString("dbname=postgres user=rep host=10.0.0.1 port=5432 sslmode=prefer application_name=node1"
                        + " gssencmode=prefer");
    }

    @Test
    void ofSeveralServersTheOneThatAcceptsWritesCanBeMeant() {
        Upstream remote = new Upstream(
                NodeName.of("remote"), List.of(new Address("10.0.0.1", 5432), new Address("10.0.0.2", 5433)));
        Upstream onePort = new Upstream(
                NodeName.of("remote"), List.of(new Address("10.0.0.1", 5433), new Address("10.0.0.2", 5433)));

        assertThat(ConnectionString.primaryConninfo(
                                12,
                                remote,
                                "postgres",
                                Credentials.withoutPassword("rep"),
                                Optional.empty(),
                                "node1",
                                true)
                        .toString())
                .contains(" host=10.0.0.1,10.0.0.2 port=5432,5433 ")
                .endsWith(" target_session_attrs=read-write");
        assertThat(ConnectionString.forTool(17, onePort, "postgres", Credentials.withoutPassword("rep"), false)
                        .toString())
                .contains(" host=10.0.0.1,10.0.0.2 port=5433");
    }

    @Test
    void theConnectionOptionsOfTheUserWinOverDefaults() {
        Credentials user = Credentials.withoutPassword("rep").withOptions(Map.of("sslmode", "verify-full"));

        assertThat(ConnectionString.primaryConninfo(12, LEADER, "postgres", user, Optional.empty(), "node1", false)
                        .toString())
                .contains(" sslmode=verify-full ");
    }

    @Test
    void whatAToolOfThatVersionDoesNotKnowIsLeftOut() {
        Credentials user = Credentials.withoutPassword("rep")
                .withOptions(Map.of("sslmode", "require", "channel_binding", "require", "sslnegotiation", "direct"));

        assertThat(ConnectionString.forTool(12, LEADER, "postgres", user, false).values())
                .containsEntry("sslmode", "require")
                .doesNotContainKeys("channel_binding", "sslnegotiation");
        assertThat(ConnectionString.forTool(0, LEADER, "postgres", user, false).values())
                .containsKeys("channel_binding", "sslnegotiation");
    }

    @Test
    void specialCharactersAreEscapedAndReadBack() {
        Upstream leader = new Upstream(NodeName.of("leader"), new Address("fe80::1", 5432));

        ConnectionString login =
                ConnectionString.forTool(17, leader, "a\\b", Credentials.withoutPassword("o'neil"), false);

        assertThat(login).hasToString("dbname=a\\\\b user=o\\'neil host=fe80::1 port=5432");
        assertThat(ConnectionString.parse(login.toString()))
                .containsEntry("dbname", "a\\b")
                .containsEntry("user", "o'neil");
    }

    @Test
    void aRewindOnlyConnectsToAServerThatAcceptsWrites() {
        assertThat(ConnectionString.forTool(17, LEADER, "postgres", Credentials.withoutPassword("rewind"), true)
                        .toString())
                .endsWith(" target_session_attrs=read-write");
    }

    @Test
    void theAddressIsReadFromWhateverSomebodyWrote() {
        assertThat(ConnectionString.addressesIn("user='r e p' host = '10.0.0.1' port=5433 password='a \\' b'"))
                .contains(new Address("10.0.0.1", 5433));
        assertThat(ConnectionString.addressesIn("host=db1")).contains(new Address("db1", 5432));
        assertThat(ConnectionString.addressesIn("host=a,b port=1,2"))
                .containsExactly(new Address("a", 1), new Address("b", 2));
        assertThat(ConnectionString.addressesIn("")).isEmpty();
    }
}
