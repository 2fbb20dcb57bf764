package dev.regent.ctl;

import dev.regent.ha.model.Member;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The one member that a user means, by name or by role. */
final class ChosenMember {
    @Option(
            names = {"-r", "--role"},
            paramLabel = "ROLE",
            description = "${COMPLETION-CANDIDATES}.")
    private @Nullable MemberRole role;

    @Option(
            names = {"-m", "--member"},
            paramLabel = "NAME",
            description = "The member.")
    private @Nullable String name;

    /** Whoever leads. */
    static ChosenMember leader() {
        ChosenMember chosen = new ChosenMember();
        chosen.role = MemberRole.LEADER;
        return chosen;
    }

    void check() {
        if (role != null && name != null) {
            throw new CommandFailure("--role and --member are mutually exclusive options");
        }
    }

    Optional<MemberRole> role() {
        return Optional.ofNullable(role);
    }

    Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /** The first that is meant, in the order of the store. */
    Optional<Member> in(Look look, MemberRole otherwise) {
        List<Member> eligible = name == null ? (role == null ? otherwise : role).of(look) : MemberRole.ANY.of(look);
        return eligible.stream()
                .filter(member -> name == null || name.equals(member.name().value()))
                .findFirst();
    }
}
