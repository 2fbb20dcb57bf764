package dev.regent.ctl;

import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.HaConfig.SynchronousMode;
import dev.regent.ha.model.Member;
import java.util.ArrayList;
import java.util.List;

/** Whether enough is left when one is lost: of the store, of the members, of those that hold every commit. Stateless. */
final class QuorumChecks {
    private static final int FEWEST_FOR_A_MAJORITY = 3;

    private QuorumChecks() {}

    static List<Finding> of(Look look) {
        List<Finding> findings = new ArrayList<>(List.of(candidates(look)));
        if (look.config().synchronousMode() != SynchronousMode.OFF) {
            findings.add(synchronous(look));
        }
        return findings;
    }

    /** @param endpoints where the store is reached, as the configuration says; empty when that does not name its servers */
    static List<Finding> ofStore(String kind, List<String> endpoints) {
        String expected = "an odd number of store servers, 3 or more";
        int count = endpoints.size();
        if (!kind.startsWith("etcd") || count == 0) {
            return List.of();
        }
        String found = count + (count == 1 ? " server of " : " servers of ") + kind + " in the configuration";
        boolean good = count >= FEWEST_FOR_A_MAJORITY && count % 2 == 1;
        return List.of(
                good
                        ? Finding.good("store quorum", expected, found)
                        : Finding.risk(
                                "store quorum",
                                expected,
                                found,
                                count < FEWEST_FOR_A_MAJORITY
                                        ? "run 3 servers of it and name all: the loss of one stops all failovers"
                                        : "run one more or one less: an even number bears no more losses"));
    }

    private static Finding candidates(Look look) {
        long able = look.members().stream()
                .filter(member -> !member.tags().nofailover())
                .count();
        String expected = "2 or more members that may lead";
        String found = able + " of " + look.members().size();
        return able >= 2
                ? Finding.good("candidates", expected, found)
                : Finding.fault(
                        "candidates",
                        expected,
                        found,
                        "add a member, or take the tag nofailover away: nobody could take over");
    }

    private static Finding synchronous(Look look) {
        HaConfig config = look.config();
        int standbys = (int) look.members().stream()
                .filter(member -> !look.view().isLedBy(member.name()))
                .filter(member -> !member.tags().nosync())
                .filter(Member::isRunning)
                .count();
        int wanted = config.synchronousNodeCount();
        boolean strict = config.synchronousModeStrict();
        String expected = strict
                ? "more running standbys than the " + wanted + " that commits wait for"
                : wanted + " or more running standbys";
        String found = standbys + ", tag nosync left out";
        boolean good = strict ? standbys > wanted : standbys >= wanted;
        return good
                ? Finding.good("synchronous standbys", expected, found)
                : Finding.risk(
                        "synchronous standbys",
                        expected,
                        found,
                        strict
                                ? "add a standby or lower synchronous_node_count: the loss of one stops all writes"
                                : "add a standby or lower synchronous_node_count: fewer hold every commit than asked for");
    }
}
