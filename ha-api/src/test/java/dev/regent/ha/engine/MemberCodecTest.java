package dev.regent.ha.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.MemberFacts;
import dev.regent.ha.model.MemberState;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.PendingRestart;
import dev.regent.ha.model.Progress;
import dev.regent.ha.model.RestartConditions;
import dev.regent.ha.model.Role;
import dev.regent.ha.model.ScheduledRestart;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.Trouble;
import dev.regent.ha.model.WalPosition;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemberCodecTest {
    private static final NodeName NAME = NodeName.of("pg-a");

    @Test
    void aPrimaryThatNeedsARestartIsWrittenAsOthersReadIt() {
        Member member = member(new MemberFacts(
                Optional.of("postgres://10.20.0.11:6432/postgres"),
                PendingRestart.of(Map.of("max_connections", new PendingRestart.Change("100", "200"))),
                Optional.empty(),
                Optional.empty()));

        assertThat(MemberCodec.encode(member))
                .isEqualTo("{\"conn_url\":\"postgres://10.20.0.11:5432/postgres\","
                        + "\"api_url\":\"http://10.20.0.11:8008/patroni\",\"state\":\"running\",\"role\":\"primary\","
                        + "\"version\":\"4.1.4\",\"proxy_url\":\"postgres://10.20.0.11:6432/postgres\","
                        + "\"checkpoint_after_promote\":false,\"tags\":{\"clonefrom\":true},\"pending_restart\":true,"
                        + "\"pending_restart_reason\":{\"max_connections\":{\"old_value\":\"100\",\"new_value\":\"200\"}},"
                        + "\"xlog_location\":83886400,\"timeline\":7,\"pause\":true}");
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Member member = member(new MemberFacts(
                Optional.empty(),
                new PendingRestart(true, Map.of()),
                Optional.of(new ScheduledRestart(
                        OffsetDateTime.parse("2031-03-03T13:00:00Z"),
                        new RestartConditions(
                                Optional.of(Role.PRIMARY),
                                Optional.of("17.6"),
                                true,
                                Optional.of(Duration.ofSeconds(90))),
                        Optional.of("2031-03-01 08:15:30.123456+00:00"))),
                Optional.of(new Progress("basebackup", 1000, Optional.of(4000L), 50)),
                Optional.of(new Trouble("disk full", "expected 32 MB"))));

        assertThat(MemberCodec.encode(member))
                .contains("\"scheduled_restart\":{\"schedule\":\"2031-03-03T13:00:00+00:00\","
                        + "\"role\":\"primary\","
                        + "\"postgres_version\":\"17.6\",\"restart_pending\":true,\"timeout\":90,"
                        + "\"postmaster_start_time\":\"2031-03-01 08:15:30.123456+00:00\"}")
                .contains("\"progress\":{\"what\":\"basebackup\",\"bytes\":1000,\"total_bytes\":4000,\"percent\":25,"
                        + "\"bytes_per_second\":50}")
                .contains("\"health\":{\"finding\":\"disk full\",\"reason\":\"expected 32 MB\"}");
        assertThat(MemberCodec.decode(NAME, MemberCodec.encode(member))).isEqualTo(member);
    }

    private static Member member(MemberFacts facts) {
        return new Member(
                NAME,
                Optional.of("postgres://10.20.0.11:5432/postgres"),
                Optional.of("http://10.20.0.11:8008/patroni"),
                MemberState.RUNNING,
                Role.PRIMARY,
                new Tags(Map.of("clonefrom", true)),
                WalPosition.at(7, new Lsn(83886400)),
                Optional.empty(),
                true,
                true,
                facts,
                "4.1.4");
    }
}
