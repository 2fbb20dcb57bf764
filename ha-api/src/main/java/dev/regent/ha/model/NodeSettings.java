package dev.regent.ha.model;

import java.util.Optional;

/**
 * What a node is told about itself when it is started. Immutable.
 *
 * @param connUrl where clients and replicas reach its server, {@code postgres://host:port/database}
 * @param proxyUrl where clients are to connect instead of at the server itself
 * @param apiUrl where its REST API answers, absent when it has none
 * @param newClusterConfig the cluster-wide configuration to begin with when this node creates the cluster; absent when it
 *     must not create one
 */
public record NodeSettings(
        String scope,
        NodeName name,
        String connUrl,
        Optional<String> proxyUrl,
        Optional<String> apiUrl,
        Tags tags,
        Optional<DynamicConfig> newClusterConfig) {

    /** The same node, with another configuration for a cluster that has none. */
    public NodeSettings withNewClusterConfig(DynamicConfig config) {
        return new NodeSettings(scope, name, connUrl, proxyUrl, apiUrl, tags, Optional.of(config));
    }

    /** A node whose clients connect to its server itself. */
    public NodeSettings(
            String scope,
            NodeName name,
            String connUrl,
            Optional<String> apiUrl,
            Tags tags,
            Optional<DynamicConfig> newClusterConfig) {
        this(scope, name, connUrl, Optional.empty(), apiUrl, tags, newClusterConfig);
    }
}
