package dev.regent.postgres;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a node's own settings and the cluster's configuration together mean for a server in a role. A node's own settings
 * win, except where all members must be alike. Immutable.
 */
record EffectiveConfig(PostgresSettings settings, ClusterConfig cluster, ServerRole role) {

    /** Without the controlled ones, and without those that belong to recovery. */
    Map<String, String> ordinaryParameters() {
        Map<String, String> parameters = new TreeMap<>(cluster.parameters());
        parameters.putAll(settings.parameters());
        parameters.putAll(roleParameters());
        parameters.keySet().removeIf(name -> ControlledParameters.contains(name) || ConfText.RECOVERY.contains(name));
        return parameters;
    }

    /** All that was given for this role, wanted or not. */
    Map<String, String> roleParameters() {
        Map<String, String> parameters = new TreeMap<>(clusters().parameters());
        parameters.putAll(own().parameters());
        return parameters;
    }

    /** Where the old way of giving recovery parameters among the others is used, they count as recovery parameters. */
    Map<String, String> recoveryParameters() {
        Map<String, String> parameters = new TreeMap<>(cluster.parameters());
        parameters.putAll(cluster.recoveryParameters());
        parameters.putAll(settings.parameters());
        parameters.putAll(settings.recoveryParameters());
        return parameters;
    }

    /** The lines of {@code pg_hba.conf}; empty leaves the file alone. */
    List<String> pgHba() {
        return own().pgHba()
                .or(clusters()::pgHba)
                .orElse(settings.pgHba().isEmpty() ? cluster.pgHba() : settings.pgHba());
    }

    /** The lines of {@code pg_ident.conf}; empty leaves the file alone. */
    List<String> pgIdent() {
        return own().pgIdent()
                .or(clusters()::pgIdent)
                .orElse(settings.pgIdent().isEmpty() ? cluster.pgIdent() : settings.pgIdent());
    }

    boolean isRewindAllowed() {
        return cluster.usePgRewind().orElse(settings.usePgRewind());
    }

    List<String> basebackupOptions() {
        return settings.basebackupOptions().isEmpty() ? cluster.basebackupOptions() : settings.basebackupOptions();
    }

    List<String> rewindOptions() {
        return settings.rewindOptions().isEmpty() ? cluster.rewindOptions() : settings.rewindOptions();
    }

    /** In the order in which they are tried; never empty. */
    List<ReplicaMethod> replicaMethods() {
        List<ReplicaMethod> usual =
                settings.replicaMethods().isEmpty() ? cluster.replicaMethods() : settings.replicaMethods();
        List<ReplicaMethod> methods = cluster.standbyCluster().isPresent() ? ofStandbyCluster() : usual;
        return methods.isEmpty() ? List.of(ReplicaMethod.BASEBACKUP) : methods;
    }

    /** A node's own section of the same name says how. */
    private List<ReplicaMethod> ofStandbyCluster() {
        return cluster.standbyClustersMethods().stream()
                .map(method -> settings.replicaMethods().stream()
                        .filter(own -> own.name().equals(method.name()))
                        .findFirst()
                        .orElse(method))
                .toList();
    }

    /** How long a start is waited for before the server is left to itself. */
    Duration startPatience() {
        return settings.startPatience().or(cluster::startPatience).orElse(PostgresSettings.START_PATIENCE);
    }

    private RoleOverlay own() {
        return settings.overlays().getOrDefault(role, RoleOverlay.NONE);
    }

    private RoleOverlay clusters() {
        return Optional.ofNullable(cluster.overlays().get(role)).orElse(RoleOverlay.NONE);
    }
}
