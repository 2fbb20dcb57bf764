package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HbaGateTest {
    private static final Set<String> FEW = Set.of("postgres", "rewinder");

    @Test
    void theFewComeInAsTheyOtherwiseMayAndNobodyElse() {
        String hba = "# as we like it\nlocal all all peer\nhost all all 10.0.0.0/8 scram-sha-256 # ours\n";

        assertThat(rules(HbaGate.closed(hba, FEW)))
                .startsWith(
                        "local all \"postgres\",\"rewinder\" peer",
                        "host all \"postgres\",\"rewinder\" 10.0.0.0/8 scram-sha-256 # ours",
                        "local all all reject",
                        "host all all all reject")
                .endsWith("local all all peer", "host all all 10.0.0.0/8 scram-sha-256 # ours");
    }

    @Test
    void aLineForOthersLetsNoneOfTheFewIn() {
        assertThat(rules(HbaGate.closed("host shop shop 10.0.0.0/8 trust\nlocal all +admins peer\n", FEW)))
                .startsWith("local all all reject", "host all all all reject", "host shop shop 10.0.0.0/8 trust");
        assertThat(rules(HbaGate.closed("host all \"all\" 10.0.0.0/8 trust\n", FEW)))
                .startsWith("local all all reject");
    }

    @Test
    void whatIsRejectedStaysRejectedBeforeWhatIsLetIn() {
        assertThat(rules(HbaGate.closed("host all +outsiders 0.0.0.0/0 reject\nhost all all 0.0.0.0/0 md5\n", FEW)))
                .startsWith("host all +outsiders 0.0.0.0/0 reject", "host all \"postgres\",\"rewinder\" 0.0.0.0/0 md5");
    }

    @Test
    void linesForReplicationAreLeftToThemselves() {
        assertThat(rules(HbaGate.closed("host replication replicator 0.0.0.0/0 md5\n", FEW)))
                .startsWith("local all all reject");
    }

    @Test
    void openingGivesBackWhatWasThere() {
        String hba = "local all all peer\nhost all shop,postgres \\\n  10.0.0.0/8 md5\n";

        assertThat(HbaGate.opened(HbaGate.closed(hba, FEW))).isEqualTo(hba);
        assertThat(HbaGate.opened(hba)).isEqualTo(hba);
        assertThat(HbaGate.closed(HbaGate.closed(hba, FEW), FEW)).isEqualTo(HbaGate.closed(hba, FEW));
        assertThat(HbaGate.isClosed(hba)).isFalse();
        assertThat(HbaGate.isClosed(HbaGate.closed(hba, FEW))).isTrue();
    }

    @Test
    void whoComesInByAnotherFileIsNotKnown() {
        assertThat(HbaGate.canClose("local all all peer\ninclude_if_exists more.conf\n"))
                .isFalse();
        assertThat(HbaGate.canClose("local all all peer\n")).isTrue();
    }

    private static List<String> rules(String text) {
        return text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }
}
