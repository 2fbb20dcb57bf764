package dev.regent.testkit.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Some etcd servers that are one store. Used by one thread at a time. */
public final class EtcdCluster implements AutoCloseable {
    private final List<EtcdServer> members = new ArrayList<>();

    private EtcdCluster() {}

    /** Three servers, ready for clients: the smallest store that survives the loss of one. */
    public static EtcdCluster ofThree() throws IOException, InterruptedException {
        List<EtcdServer.Plan> plans =
                List.of(EtcdServer.Plan.of("etcd1"), EtcdServer.Plan.of("etcd2"), EtcdServer.Plan.of("etcd3"));
        String initialCluster =
                plans.stream().map(EtcdServer.Plan::asInitialMember).collect(Collectors.joining(","));
        EtcdCluster cluster = new EtcdCluster();
        try {
            for (EtcdServer.Plan plan : plans) {
                cluster.members.add(new EtcdServer(plan, initialCluster));
            }
            cluster.restart();
            return cluster;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            cluster.close();
            throw failed;
        }
    }

    public List<EtcdServer> members() {
        return List.copyOf(members);
    }

    public EtcdServer member(int index) {
        return members.get(index);
    }

    /** Where clients connect, in the order of the members. */
    public List<String> endpoints() {
        return members.stream().map(EtcdServer::endpoint).toList();
    }

    /** Starts the members that do not run and waits until all serve clients. */
    public void restart() throws IOException, InterruptedException {
        // None is ready before most run.
        for (EtcdServer member : members) {
            member.begin();
        }
        for (EtcdServer member : members) {
            member.awaitReady();
        }
    }

    @Override
    public void close() {
        members.forEach(EtcdServer::close);
    }
}
