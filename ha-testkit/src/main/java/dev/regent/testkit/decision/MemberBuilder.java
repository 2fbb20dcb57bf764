package dev.regent.testkit.decision;

import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.MemberFacts;
import dev.regent.ha.model.MemberState;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Role;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WalPosition;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A member's entry for a test; without another word, a streaming replica on timeline 1. Not thread-safe. */
public final class MemberBuilder {
    private final NodeName name;
    private final Map<String, Object> tags = new LinkedHashMap<>();
    private Optional<String> connUrl;
    private MemberState state = MemberState.RUNNING;
    private Role role = Role.REPLICA;
    private int timeline = ServerBuilder.TIMELINE;
    private Lsn position = ServerBuilder.POSITION;
    private boolean checkpointPending;

    private MemberBuilder(NodeName name) {
        this.name = name;
        this.connUrl = Optional.of("postgres://" + name + ":5432/postgres");
    }

    public static MemberBuilder aMember(String name) {
        return new MemberBuilder(NodeName.of(name));
    }

    public MemberBuilder primary() {
        role = Role.PRIMARY;
        return this;
    }

    public MemberBuilder standbyLeader() {
        role = Role.STANDBY_LEADER;
        return this;
    }

    public MemberBuilder state(MemberState value) {
        state = value;
        return this;
    }

    public MemberBuilder tag(String tag, Object value) {
        tags.put(tag, value);
        return this;
    }

    public MemberBuilder at(int onTimeline, Lsn reached) {
        timeline = onTimeline;
        position = reached;
        return this;
    }

    /** Has been promoted and not finished its checkpoint on the new timeline. */
    public MemberBuilder checkpointPending() {
        checkpointPending = true;
        return this;
    }

    public MemberBuilder connUrl(String url) {
        connUrl = Optional.of(url);
        return this;
    }

    public MemberBuilder withoutAddress() {
        connUrl = Optional.empty();
        return this;
    }

    public Member build() {
        boolean primary = role == Role.PRIMARY;
        return new Member(
                name,
                connUrl,
                Optional.of("http://" + name + ":8008/patroni"),
                state,
                role,
                new Tags(tags),
                primary ? WalPosition.at(timeline, position) : WalPosition.ofStandby(timeline, position, position),
                primary ? Optional.empty() : Optional.of("streaming"),
                checkpointPending,
                false,
                MemberFacts.NONE,
                "4.1.4");
    }
}
