package dev.regent.testkit.sim;

import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.Failsafe;
import dev.regent.ha.spi.FailsafeAnswer;
import dev.regent.ha.spi.FailsafeAnswer.Ground;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Asks the agents of other nodes over the simulated network whether a primary may go on without the store; requests and
 * answers may be late or get lost. Used by one thread.
 */
final class SimFailsafe implements Failsafe {
    private static final double ANSWERS_EARLY = 0.5;

    private final SimNode self;
    private final SimCluster cluster;
    private final AgentTime agent;
    private final Dice dice;

    SimFailsafe(SimNode self, SimCluster cluster, AgentTime agent, Dice dice) {
        this.self = self;
        this.cluster = cluster;
        this.agent = agent;
        this.dice = dice;
    }

    @Override
    public Map<NodeName, FailsafeAnswer> ask(
            FailsafeAnnouncement announcement, Map<NodeName, String> members, Duration atMost) {
        Map<NodeName, FailsafeAnswer> answers = new LinkedHashMap<>();
        for (NodeName member : members.keySet()) {
            if (dice.chance(ANSWERS_EARLY)) {
                answers.put(member, answerOf(member, announcement));
            }
        }
        long limit = EventQueue.micros(atMost);
        long there = cluster.network().delay(dice);
        boolean somebodyIsSilent = answers.containsValue(silence());
        agent.pass(somebodyIsSilent ? limit : Math.min(there, limit));
        for (NodeName member : members.keySet()) {
            answers.computeIfAbsent(member, name -> answerOf(name, announcement));
        }
        boolean late = there > limit;
        answers.replaceAll((name, answer) -> late || !isOpen(name) ? silence() : answer);
        if (cluster.settings().leavesOut(Protection.FAILSAFE_UNANIMITY)) {
            answers.replaceAll((name, answer) -> answer.equals(silence()) ? Failsafe.accepted() : answer);
        }
        return answers;
    }

    private FailsafeAnswer answerOf(NodeName member, FailsafeAnnouncement announcement) {
        SimNode peer = cluster.node(member);
        return isOpen(member) ? peer.answer(announcement).orElse(silence()) : silence();
    }

    private boolean isOpen(NodeName member) {
        return cluster.network().isOpen(self.name(), member);
    }

    private static FailsafeAnswer silence() {
        return new FailsafeAnswer.Refused(Ground.NO_ANSWER, "no answer in time");
    }
}
