package dev.regent.agent.config;

import dev.regent.ha.decision.ManualOnly;
import dev.regent.ha.decision.StandardElection;
import dev.regent.ha.decision.ZonePolicy;
import dev.regent.ha.model.Tags;
import dev.regent.ha.spi.ElectionPolicy;
import java.util.Optional;

/**
 * By which rules members elect their leader, which Patroni does not have: the same on every member of a cluster. Immutable.
 *
 * @param warning what a person should know of it, though the agent can start
 */
public record ElectionSection(ElectionPolicy policy, Optional<String> warning) {
    static ElectionSection of(Section section, Tags tags) {
        String name = section.text("policy").orElse("standard");
        ElectionPolicy standard = StandardElection.policy();
        return switch (name) {
            case "standard" -> new ElectionSection(standard, Optional.empty());
            case "manual" -> new ElectionSection(ElectionPolicy.allOf(ManualOnly.policy(), standard), Optional.empty());
            case "stay-in-zone" ->
                inZone(section, tags, ElectionPolicy.allOf(ZonePolicy.stayIn(zone(section)), standard));
            case "prefer-zone" ->
                inZone(section, tags, ElectionPolicy.allOf(standard, ZonePolicy.prefer(zone(section))));
            default -> throw section.wrong("policy", "standard, manual, stay-in-zone or prefer-zone", name);
        };
    }

    private static String zone(Section section) {
        return section.needed(
                "zone", "the zone in which the leader is to be, as members have it in their tag zone", "eu1");
    }

    private static ElectionSection inZone(Section section, Tags tags, ElectionPolicy policy) {
        Optional<String> warning = tags.zone().isPresent()
                ? Optional.empty()
                : Optional.of("election.zone is " + zone(section) + " and this member has no tag zone, so it counts as"
                        + " being elsewhere: add a line such as \"zone: eu1\" to the section tags");
        return new ElectionSection(policy, warning);
    }
}
