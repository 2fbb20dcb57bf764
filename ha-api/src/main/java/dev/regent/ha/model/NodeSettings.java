package dev.regent.ha.model;

import java.util.Optional;

/**
 * What a node is told about itself when it is started. Immutable.
 *
 * @param connUrl where clients and replicas reach its server, {@code postgres://host:port/database}
 * @param apiUrl where its REST API answers, absent when it has none
 * @param newClusterConfig the cluster-wide configuration to begin with when this node creates the cluster; absent when it
 *     must not create one
 */
public record NodeSettings(
        String scope,
        NodeName name,
        String connUrl,
        Optional<String> apiUrl,
        Tags tags,
        Optional<DynamicConfig> newClusterConfig) {}
