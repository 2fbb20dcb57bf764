package dev.regent.postgres;

import java.util.List;

/** What this process was told by its environment, passwords among it, and its children have no business with. */
final class OwnEnvironment {
    private static final List<String> NAMES =
            List.of("PATRONI_", "REGENT_", "KUBERNETES_", "NOTIFY_SOCKET", "PGPASSWORD");

    private OwnEnvironment() {}

    /** The same process, without it. */
    static ProcessBuilder hiddenFrom(ProcessBuilder child) {
        child.environment().keySet().removeIf(name -> NAMES.stream().anyMatch(name::startsWith));
        return child;
    }
}
