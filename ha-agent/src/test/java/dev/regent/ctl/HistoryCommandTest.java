package dev.regent.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DynamicConfig;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HistoryCommandTest {
    private static final String HISTORY =
            "[[1,25623960,\"no recovery target specified\",\"2031-01-05T10:00:00.123456+00:00\","
                    + "\"pg-b\"],[2,50331856,\"no recovery target specified\"],"
                    + "[3,67109024,\"before 2031-02-01 00:00:00+00\",\"2031-02-01T00:00:07+00:00\"]]";

    @ParameterizedTest
    @EnumSource(names = "yml", mode = EnumSource.Mode.EXCLUDE)
    void everyFormatIsThatOfTheReference(TableFormat format) throws IOException {
        TestCluster cluster = TestCluster.healthy().with("history", HISTORY);

        assertThat(HistoryCommand.print(cluster.view().history(), format))
                .isEqualTo(Transcript.read("history.txt").output("history -f " + format));
    }

    @Test
    void theConfigurationIsShownAsByTheReference() throws IOException {
        DynamicConfig config = DynamicConfig.parse("{\"ttl\":30,\"loop_wait\":10,\"retry_timeout\":10,"
                        + "\"maximum_lag_on_failover\":1048576,\"postgresql\":{\"use_pg_rewind\":true,"
                        + "\"parameters\":{\"max_connections\":200}}}")
                .orElseThrow();

        assertThat(ShowConfigCommand.print(config) + "\n")
                .isEqualTo(Transcript.read("show-config.txt").output("show-config"));
    }
}
