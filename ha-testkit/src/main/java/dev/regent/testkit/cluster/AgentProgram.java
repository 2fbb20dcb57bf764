package dev.regent.testkit.cluster;

import dev.regent.testkit.process.OrdinaryUser;
import java.util.List;

/** A program that becomes an agent when the path of a YAML file is appended to its command. Immutable. */
public record AgentProgram(List<String> command, boolean refusesRoot) {
    public AgentProgram {
        command = List.copyOf(command);
    }

    /** Regent's own agent, which runs PostgreSQL as an ordinary user when it is run by root. */
    public static AgentProgram regent(String... command) {
        return new AgentProgram(List.of(command), false);
    }

    /** Another agent that reads the same YAML and must not be run by root, for example {@code patroni}. */
    public static AgentProgram peer(String... command) {
        return new AgentProgram(List.of(command), true);
    }

    List<String> commandFor(OrdinaryUser user) {
        return refusesRoot ? user.command(command) : command;
    }
}
