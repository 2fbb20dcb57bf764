package dev.regent.ctl;

import dev.regent.ha.model.Member;
import dev.regent.ha.model.Role;
import java.util.List;
import java.util.Locale;

/** Which members are meant, by what they are. The text of each is what users type. */
enum MemberRole {
    LEADER,
    PRIMARY,
    STANDBY_LEADER,
    REPLICA,
    STANDBY,
    ANY;

    /** Those members of the cluster, in the order of the store. */
    List<Member> of(Look look) {
        return look.members().stream().filter(member -> includes(look, member)).toList();
    }

    boolean includes(Look look, Member member) {
        boolean leads = look.view().isLedBy(member.name());
        return switch (this) {
            case ANY -> true;
            case REPLICA, STANDBY -> !leads;
            case LEADER -> leads;
            case PRIMARY -> leads && !isStandbyLeader(look, member);
            case STANDBY_LEADER -> leads && member.role() != Role.PRIMARY;
        };
    }

    private static boolean isStandbyLeader(Look look, Member member) {
        return look.said(member, "role")
                .filter(role -> role.asText().equals("standby_leader"))
                .isPresent();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
