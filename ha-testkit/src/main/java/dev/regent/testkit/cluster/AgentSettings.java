package dev.regent.testkit.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One agent's place in a cluster and the YAML file that says so, in the form that Patroni and Regent both read. Immutable.
 */
record AgentSettings(
        String scope,
        String name,
        Path folder,
        int postgresPort,
        int restPort,
        List<String> etcdEndpoints,
        Path postgresBin,
        Map<String, Object> dynamicConfig) {

    static final String SUPERUSER = "postgres";
    static final String PASSWORD = "a-password-of-the-test";

    private static final String HOST = "127.0.0.1";

    Path dataDir() {
        return folder.resolve(name).resolve("data");
    }

    Path logFile() {
        return folder.resolve(name).resolve("agent.log");
    }

    Path yamlFile() {
        return folder.resolve(name).resolve("agent.yml");
    }

    String jdbcUrl() {
        return "jdbc:postgresql://" + HOST + ":" + postgresPort + "/postgres";
    }

    String restUrl() {
        return "http://" + HOST + ":" + restPort;
    }

    String yaml() {
        return """
                scope: %s
                name: %s
                restapi:
                  listen: %s
                  connect_address: %s
                etcd3:
                  hosts: %s
                bootstrap:
                  dcs:
                %s
                  initdb:
                    - encoding: UTF8
                    - data-checksums
                    - no-locale
                postgresql:
                  listen: %s
                  connect_address: %s
                  data_dir: %s
                  bin_dir: %s
                  pgpass: %s
                  authentication:
                    superuser: {username: %s, password: %s}
                    replication: {username: replicator, password: %s}
                    rewind: {username: rewinder, password: %s}
                  parameters:
                    unix_socket_directories: '%s'
                    fsync: 'on'
                  pg_hba:
                    - local all all trust
                    - host all all 127.0.0.1/32 scram-sha-256
                    - host replication replicator 127.0.0.1/32 scram-sha-256
                watchdog:
                  mode: 'off'
                """.formatted(
                        scope,
                        name,
                        address(restPort),
                        address(restPort),
                        etcdEndpoints.stream()
                                .map(endpoint -> endpoint.replace("http://", ""))
                                .collect(Collectors.joining(",")),
                        indented(dynamicConfig, 2),
                        address(postgresPort),
                        address(postgresPort),
                        dataDir(),
                        postgresBin,
                        folder.resolve(name).resolve("pgpass"),
                        SUPERUSER,
                        PASSWORD,
                        PASSWORD,
                        PASSWORD,
                        folder.resolve(name));
    }

    private static String address(int port) {
        return HOST + ":" + port;
    }

    private static String indented(Map<?, ?> values, int depth) {
        String margin = "  ".repeat(depth);
        return values.entrySet().stream()
                .map(entry -> entry.getValue() instanceof Map<?, ?> nested
                        ? margin + entry.getKey() + ":\n" + indented(nested, depth + 1)
                        : margin + entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining("\n"));
    }
}
