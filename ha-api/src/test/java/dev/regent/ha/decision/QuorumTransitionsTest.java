package dev.regent.ha.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.QuorumState.Entry;
import dev.regent.ha.decision.QuorumState.Server;
import dev.regent.ha.decision.QuorumState.Step;
import dev.regent.ha.model.NodeName;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The transitions that the reference makes, case for case. */
class QuorumTransitionsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", quoteCharacter = '"', textBlock = """
            # case                              | me | q/V     | n/S     | k | A     | W | transitions
            no replicas                         | a  | 0/      | 0/      | 0 |       | 1 |
            two replicas attach                 | a  | 0/      | 0/      | 0 | b,c   | 1 | SYNC 1 {b,c}; RESTART
            none confirmed yet                  | a  | 0/      | 1/b,c   | 0 | b,c   | 1 | RESTART
            one confirmed                       | a  | 0/      | 1/b,c   | 1 | b,c   | 1 | QUORUM 1 {b,c}
            steady                              | a  | 1/b,c   | 1/b,c   | 2 | b,c   | 1 |
            add d                               | a  | 1/b,c   | 1/b,c   | 2 | b,c,d | 1 | QUORUM 2 {b,c,d}; SYNC 1 {b,c,d}
            add d, W=2                          | a  | 0/b,c   | 2/b,c   | 2 | b,c,d | 2 | QUORUM 1 {b,c,d}; SYNC 2 {b,c,d}
            lose d                              | a  | 2/b,c,d | 1/b,c,d | 3 | b,c   | 1 | SYNC 1 {b,c}; QUORUM 1 {b,c}
            lose d, W=2                         | a  | 1/b,c,d | 2/b,c,d | 3 | b,c   | 2 | SYNC 2 {b,c}; QUORUM 0 {b,c}
            lose c of b and c, W=2              | a  | 0/b,c   | 2/b,c   | 2 | b     | 2 | QUORUM 0 {b}; SYNC 1 {b}
            lose c and d, W=2                   | a  | 1/b,c,d | 2/b,c,d | 3 | b     | 2 | SYNC 2 {b,c}; QUORUM 0 {b}; SYNC 1 {b}
            all gone                            | a  | 1/b,c   | 1/b,c   | 2 |       | 1 | QUORUM 0 {}; SYNC 0 {}
            W from 1 to 2                       | a  | 2/b,c,d | 1/b,c,d | 3 | b,c,d | 2 | SYNC 2 {b,c,d}; QUORUM 1 {b,c,d}
            W from 2 to 1                       | a  | 1/b,c,d | 2/b,c,d | 3 | b,c,d | 1 | QUORUM 2 {b,c,d}; SYNC 1 {b,c,d}
            replace c by d                      | a  | 1/b,c   | 1/b,c   | 2 | b,d   | 1 | SYNC 1 {b}; QUORUM 1 {b,d}; SYNC 1 {b,d}
            replace c by d, W=2                 | a  | 0/b,c   | 2/b,c   | 1 | b,d   | 2 | QUORUM 0 {b}; SYNC 2 {b,d}; QUORUM 1 {b,d}
            failover, nobody back               | b  | 1/b,c   | 1/a,c   | 0 |       | 1 | QUORUM 1 {a,c} leader b
            failover, c back                    | b  | 1/b,c   | 1/a,c   | 0 | c     | 1 | QUORUM 1 {a,c} leader b; SYNC 1 {c}; QUORUM 0 {c} leader b
            failover, both back                 | b  | 1/b,c   | 1/a,c   | 0 | a,c   | 1 | QUORUM 1 {a,c} leader b
            failover, waits for nobody, c back  | b  | 1/b,c   | 0/      | 0 | c     | 1 | SYNC 1 {a,c}; QUORUM 1 {a,c} leader b; SYNC 1 {c}; QUORUM 0 {c} leader b
            failover to one that is no voter    | d  | 1/b,c   | 1/a,b,c | 0 | b,c   | 1 | QUORUM 3 {a,b,c} leader d; SYNC 1 {b,c}; QUORUM 2 {b,c} leader d
            interrupted add                     | a  | 2/b,c,d | 1/b,c   | 2 | b,c,d | 1 | SYNC 1 {b,c,d}
            server ahead                        | a  | 1/b,c   | 1/b,c,d | 3 | b,c,d | 1 | QUORUM 2 {b,c,d}
            server ahead, d dead                | a  | 1/b,c   | 1/b,c,d | 2 | b,c   | 1 | QUORUM 2 {b,c,d}; SYNC 1 {b,c}; QUORUM 1 {b,c}
            mismatched sets                     | a  | 0/b,c   | 2/b,d   | 2 | b,c,d | 2 | QUORUM 1 {b,c,d}; SYNC 2 {b,c,d}
            one of two not confirmed, W=2       | a  | 0/b,c   | 2/b,c   | 1 | b,c   | 2 |
            W larger than the cluster           | a  | 0/b,c   | 2/b,c   | 2 | b,c   | 3 |
            """)
    void theTransitionsAreThoseOfTheReference(
            String situation, String me, String entry, String server, int k, String a, int w, String expected) {
        QuorumState state = new QuorumState(
                NodeName.of("a"), number(entry), names(afterSlash(entry)), number(server), names(afterSlash(server)));

        String steps = QuorumTransitions.of(state, NodeName.of(me), names(a), k, w).stream()
                .map(QuorumTransitionsTest::text)
                .collect(Collectors.joining("; "));

        assertThat(steps).as(situation).isEqualTo(expected == null ? "" : expected);
    }

    private static String text(Step step) {
        if (step instanceof Entry entry) {
            String leader = entry.leader().value().equals("a") ? "" : " leader " + entry.leader();
            return "QUORUM " + entry.quorum() + " " + text(entry.voters()) + leader;
        }
        return step instanceof Server server ? "SYNC " + server.number() + " " + text(server.listed()) : "RESTART";
    }

    private static String text(Set<NodeName> names) {
        return names.stream().map(NodeName::value).collect(Collectors.joining(",", "{", "}"));
    }

    private static int number(String half) {
        return Integer.parseInt(half.substring(0, half.indexOf('/')));
    }

    private static String afterSlash(String half) {
        return half.substring(half.indexOf('/') + 1);
    }

    private static Set<NodeName> names(String list) {
        return list == null || list.isEmpty()
                ? Set.of()
                : Stream.of(list.split(",")).map(NodeName::of).collect(Collectors.toCollection(TreeSet::new));
    }
}
