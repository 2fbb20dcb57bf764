package dev.regent.rest;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.HaConfig.SynchronousMode;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.Peers;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whether a handover that is wished for at once could succeed. A first look, so that hopeless requests get a reason at once;
 * the leader looks closer when it takes the request up.
 */
final class Feasibility {
    private final HandoverWish wish;
    private final ClusterView view;
    private final boolean prefersSynchronous;

    Feasibility(HandoverWish wish, ClusterView view, SynchronousMode mode) {
        this.wish = wish;
        this.view = view;
        this.prefersSynchronous = mode == SynchronousMode.PRIORITY;
    }

    void check(Peers peers) throws Refusal {
        Optional<String> leader = view.leader().map(entry -> entry.name().value());
        if (wish.leader().isPresent() && !wish.leader().equals(leader)) {
            throw refusal("leader name does not match");
        }
        List<Member> selected = wish.candidate().isPresent()
                ? List.of(candidate(wish.candidate().get()))
                : anybody();
        if (peers.ask(selected).values().stream().noneMatch(Feasibility::isGood)) {
            throw refusal(wish.action() + " is not possible: no good candidates have been found");
        }
    }

    private Member candidate(String name) throws Refusal {
        if (wish.isSwitchover() && prefersSynchronous && !isSynchronous(name)) {
            throw refusal("candidate name does not match with sync_standby");
        }
        return view.members().values().stream()
                .filter(member -> member.name().value().equals(name))
                .findFirst()
                .orElseThrow(() -> refusal("candidate does not exists"));
    }

    private List<Member> anybody() throws Refusal {
        if (prefersSynchronous) {
            List<Member> synchronous =
                    members(member -> isSynchronous(member.name().value()));
            if (synchronous.isEmpty()) {
                throw refusal(wish.action() + " is not possible: can not find sync_standby");
            }
            return synchronous;
        }
        List<Member> others = members(
                member -> !view.isLedBy(member.name()) && member.apiUrl().isPresent());
        if (others.isEmpty()) {
            throw refusal(wish.action() + " is not possible: cluster does not have members except leader");
        }
        return others;
    }

    private List<Member> members(Predicate<Member> condition) {
        return view.members().values().stream().filter(condition).toList();
    }

    private boolean isSynchronous(String name) {
        return view.sync().standbys().stream().anyMatch((NodeName standby) -> standby.matches(name));
    }

    private static boolean isGood(PeerStatus peer) {
        return peer instanceof PeerStatus.Answer answer && !answer.tags().nofailover() && !answer.watchdogFailed();
    }

    private static Refusal refusal(String why) {
        return Refusal.text(Response.PRECONDITION_FAILED, why);
    }
}
