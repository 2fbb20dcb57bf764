package dev.regent.agent.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a new cluster is created.
 *
 * @param initdb options on the command line of initdb
 * @param pgHba lines for {@code pg_hba.conf} where the members' own configuration has none
 * @param method a program that creates the data instead of initdb
 * @param postBootstrap a command to run when the new cluster accepts writes for the first time
 */
public record BootstrapSection(
        List<String> initdb, List<String> pgHba, Optional<Method> method, Optional<String> postBootstrap) {
    private static final String INITDB = "initdb";

    /**
     * A program that creates the data of a new cluster.
     *
     * @param keys the whole section
     * @param recovery settings for the recovery of the data, if any are given
     */
    public record Method(
            String name, String command, Map<String, Object> keys, Optional<Map<String, String>> recovery) {
        public Method {
            keys = new LinkedHashMap<>(keys);
        }
    }

    public BootstrapSection {
        initdb = List.copyOf(initdb);
        pgHba = List.copyOf(pgHba);
    }

    static BootstrapSection of(Section section) {
        return new BootstrapSection(
                section.options(INITDB),
                section.lines("pg_hba"),
                method(section),
                section.text("post_bootstrap").or(() -> section.text("post_init")));
    }

    /** Where the section is missing or has no command, initdb does it. */
    private static Optional<Method> method(Section section) {
        Optional<String> name = section.text("method").filter(text -> !text.equals(INITDB));
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Section keys = section.section(name.get());
        return keys.text("command")
                .map(command -> new Method(
                        name.get(),
                        command,
                        keys.values(),
                        keys.has("recovery_conf") ? Optional.of(keys.parameters("recovery_conf")) : Optional.empty()));
    }

    /** What a person should know of the section, though the agent can start. */
    static List<String> warnings(Section section) {
        Optional<String> name = section.text("method").filter(text -> !text.equals(INITDB));
        List<String> warnings = new java.util.ArrayList<>();
        if (name.isPresent() && method(section).isEmpty()) {
            warnings.add(section.source() + ": expected bootstrap." + name.get() + ".command, the program that"
                    + " bootstrap.method names, found none: a new cluster is created by initdb");
        }
        if (section.has("users")) {
            warnings.add(section.source() + ": bootstrap.users has no effect: create users in a script that"
                    + " bootstrap.post_bootstrap names");
        }
        return warnings;
    }
}
