package dev.regent.testkit.sim;

import dev.regent.ha.decision.PublicTags;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.Peers;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Asks the agents of other nodes over the simulated network; whoever is dead, paused or cut off says nothing. */
final class SimPeers implements Peers {
    private static final long TIMEOUT = 2 * EventQueue.SECOND;
    private static final double ANSWERS_EARLY = 0.5;

    private final SimNode self;
    private final SimCluster cluster;
    private final AgentTime agent;
    private final Dice dice;

    SimPeers(SimNode self, SimCluster cluster, AgentTime agent, Dice dice) {
        this.self = self;
        this.cluster = cluster;
        this.agent = agent;
        this.dice = dice;
    }

    @Override
    public Map<NodeName, PeerStatus> ask(Collection<Member> members) {
        Map<NodeName, PeerStatus> answers = new LinkedHashMap<>();
        boolean somebodyIsSilent = false;
        for (Member member : members) {
            if (dice.chance(ANSWERS_EARLY)) {
                PeerStatus answer = answerOf(member);
                somebodyIsSilent |= answer instanceof PeerStatus.Silent;
                answers.put(member.name(), answer);
            }
        }
        if (!members.isEmpty()) {
            agent.pass(somebodyIsSilent ? TIMEOUT : cluster.network().delay(dice));
        }
        members.forEach(member -> answers.computeIfAbsent(member.name(), name -> answerOf(member)));
        return answers;
    }

    private PeerStatus answerOf(Member member) {
        PeerStatus answer = trueAnswerOf(member);
        boolean consents = cluster.settings().leavesOut(Protection.QUORUM_VOTES)
                && answer instanceof PeerStatus.Silent
                && self.server().isInRecovery();
        return consents ? new PeerStatus.Answer(true, behind(self.server()), member.tags(), false) : answer;
    }

    private PeerStatus trueAnswerOf(Member member) {
        SimNode peer = cluster.node(member.name());
        if (!peer.isResponsive() || !cluster.network().isOpen(self.name(), peer.name())) {
            return new PeerStatus.Silent("no answer in time");
        }
        DatabaseStatus status = peer.server().status();
        boolean tells = status.is(ServerState.PRIMARY) || status.is(ServerState.STANDBY);
        return tells
                ? new PeerStatus.Answer(
                        status.is(ServerState.STANDBY),
                        status.wal(),
                        PublicTags.of(member.tags(), status),
                        peer.device().isBroken())
                : new PeerStatus.Silent("its server is " + status.state());
    }

    private static WalPosition behind(SimServer server) {
        return WalPosition.ofStandby(server.wal().timeline(), SimWal.lsn(0), SimWal.lsn(0));
    }
}
