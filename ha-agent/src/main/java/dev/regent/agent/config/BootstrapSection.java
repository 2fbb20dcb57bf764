package dev.regent.agent.config;

import java.util.List;

/**
 * How a new cluster is created.
 *
 * @param initdb options on the command line of initdb
 * @param pgHba lines for {@code pg_hba.conf} where the members' own configuration has none
 */
public record BootstrapSection(List<String> initdb, List<String> pgHba) {
    public BootstrapSection {
        initdb = List.copyOf(initdb);
        pgHba = List.copyOf(pgHba);
    }

    static BootstrapSection of(Section section) {
        return new BootstrapSection(section.options("initdb"), section.lines("pg_hba"));
    }
}
