package dev.regent.ha.spi;

import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Believes what members last published in the store. Immutable. */
final class PublishedPositions implements Peers {
    @Override
    public Map<NodeName, PeerStatus> ask(Collection<Member> members) {
        Map<NodeName, PeerStatus> answers = new LinkedHashMap<>();
        members.forEach(member -> answers.put(member.name(), published(member)));
        return answers;
    }

    private static PeerStatus published(Member member) {
        if (!member.isRunning()) {
            return new PeerStatus.Silent("its server is " + member.state().label());
        }
        return new PeerStatus.Answer(!member.isRunningPrimary(), member.wal(), member.tags(), false);
    }
}
