package dev.regent.ha.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.SlotWish.Use;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.PermanentSlots;
import dev.regent.ha.model.ReplicationSlot;
import dev.regent.ha.model.ReplicationSlot.Trait;
import dev.regent.ha.model.SlotKind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One slot, as it is and as it is wished, and what becomes of it. {@code P} is a physical slot, {@code L} a logical one, with
 * its position and traits; a wish has the position that the leader has told and where it is used.
 */
class SlotPlanTest {
    private static final SlotKind.Logical LOGICAL = new SlotKind.Logical("app", "pgoutput");
    private static final Lsn LIMIT = new Lsn(100);

    @ParameterizedTest(name = "{0}: {1}, wished {2}: {3}")
    @CsvSource({
        // What is not there is made where it can be made
        "primary, -, P 0 HERE, create",
        "standby, -, P 0 ELSEWHERE, create",
        "paused standby, -, P 0 ELSEWHERE, create",
        "primary, -, L 0 HERE, create",
        "standby, -, L 70 ELSEWHERE, copy",
        "standby, -, L 0 ELSEWHERE, nothing",
        "paused standby, -, L 70 ELSEWHERE, nothing",
        // What nobody wishes is dropped, unless it is in use, ignored, or PostgreSQL's own business
        "primary, P 50, -, drop",
        "standby, L 50, -, drop",
        "primary, P 50 ACTIVE, -, nothing",
        "primary, P 50 LOST ACTIVE, -, nothing",
        "paused primary, P 50, -, nothing",
        "ignoring standby, P 50, -, nothing",
        "primary, L 50 FAILOVER, -, nothing",
        "standby, L 50 FAILOVER SYNCED, -, nothing",
        "standby, L 50 FAILOVER, -, drop",
        "paused standby, L 50 FAILOVER, -, nothing",
        // What was lost, or is of the wrong kind, is made anew
        "primary, P 0 LOST, P 0 HERE, drop create",
        "standby, P 0 LOST, P 70 ELSEWHERE, drop create",
        "standby, L 50 LOST, L 70 ELSEWHERE, drop copy",
        "paused standby, L 50 LOST, L 70 ELSEWHERE, nothing",
        "primary, P 50, L 0 HERE, drop create",
        "standby, L 50, P 70 ELSEWHERE, drop create",
        "paused primary, L 50, P 0 HERE, drop create",
        "primary, L 50 ACTIVE, P 0 HERE, nothing",
        "ignoring primary, L 50, P 0 HERE, nothing"
    })
    void whatIsThere(String server, String present, String wished, String outcome) {
        assertThat(words(plan(server, present, wished))).isEqualTo(outcome);
    }

    @ParameterizedTest(name = "{0}: {1}, wished {2}: {3}")
    @CsvSource({
        // A slot that is used elsewhere must not hold back vacuum on behalf of a standby that is not here
        "standby, P 50 HOLDS_ROWS, P 70 ELSEWHERE, drop create",
        "primary, P 50 HOLDS_ROWS, P 70 ELSEWHERE, drop create",
        "primary, P 50 HOLDS_ROWS, P 70 HERE, nothing",
        "primary, P 50 HOLDS_ROWS, P 70 UNKNOWN, nothing",
        "vacant standby, P 50 HOLDS_ROWS, P 70 ELSEWHERE, nothing",
        "standby, P 0, P 70 ELSEWHERE, drop create",
        // It is advanced to where the leader's is, and no further than this server can go without loss
        "standby, P 50, P 70 ELSEWHERE, advance to 70",
        "standby, P 50, P 170 ELSEWHERE, advance to 100",
        "standby, P 70, P 70 ELSEWHERE, nothing",
        "standby, P 70, P 50 ELSEWHERE, nothing",
        "standby, P 100, P 170 ELSEWHERE, nothing",
        "standby, P 50 ACTIVE, P 70 ELSEWHERE, nothing",
        "standby, P 50, P 0 ELSEWHERE, nothing",
        "paused standby, P 50, P 70 ELSEWHERE, advance to 70",
        "primary, P 50, P 70 HERE, nothing",
        "primary, P 50, P 70 ELSEWHERE, advance to 70",
        "standby, P 50, P 70 UNKNOWN, advance to 70",
        "standby, L 50, L 70 ELSEWHERE, advance to 70",
        "standby, L 50 UNSAFE, L 170 ELSEWHERE, advance to 100",
        "primary, L 50, L 70 HERE, nothing",
        "standby, L 50 FAILOVER SYNCED, L 70 ELSEWHERE, nothing"
    })
    void whereItStands(String server, String present, String wished, String outcome) {
        assertThat(words(plan(server, present, wished))).isEqualTo(outcome);
    }

    private static SlotPlan plan(String server, String present, String wished) {
        return SlotPlan.of(
                wished.equals("-") ? Map.of() : Map.of("x", wish(wished.split(" "))),
                present.equals("-") ? Map.of() : Map.of("x", slot(List.of(present.split(" ")))),
                new SlotPlan.Facts(
                        server.contains("primary"),
                        server.contains("standby") && !server.contains("vacant"),
                        server.contains("paused"),
                        PermanentSlots.in(
                                server.contains("ignoring")
                                        ? DynamicConfig.of(Map.of("ignore_slots", List.of(Map.of("name", "x"))))
                                        : DynamicConfig.EMPTY)));
    }

    private static String words(SlotPlan plan) {
        StringBuilder words = new StringBuilder();
        words.append(plan.changes().drop().isEmpty() ? "" : " drop");
        words.append(plan.changes().create().isEmpty() ? "" : " create");
        words.append(plan.copy().isEmpty() ? "" : " copy");
        plan.advance().values().forEach(target -> words.append(" advance to ").append(target.value()));
        return words.isEmpty() ? "nothing" : words.substring(1);
    }

    private static SlotKind kind(String letter) {
        return letter.equals("L") ? LOGICAL : SlotKind.physical();
    }

    private static SlotWish wish(String[] words) {
        return new SlotWish(kind(words[0]), new Lsn(Long.parseLong(words[1])), Use.valueOf(words[2]));
    }

    private static ReplicationSlot slot(List<String> words) {
        ReplicationSlot slot =
                new ReplicationSlot(kind(words.get(0)), new Lsn(Long.parseLong(words.get(1))), LIMIT, 0, Set.of());
        for (String trait : words.subList(2, words.size())) {
            slot = slot.with(Trait.valueOf(trait));
        }
        return slot;
    }
}
