package dev.regent.ctl;

import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries;
import dev.regent.ha.spi.Expected;
import dev.regent.rest.TlsFiles;
import dev.regent.testkit.store.InMemoryStore;
import java.util.Optional;

/** Entries of a cluster called orders: pg-a leads, pg-b follows closely, pg-c is two megabytes behind. */
final class TestCluster implements AutoCloseable {
    static final String NAME = "orders";

    private final Dcs dcs;

    TestCluster() {
        this(new InMemoryStore().open(NAME));
    }

    TestCluster(Dcs dcs) {
        this.dcs = dcs;
    }

    TestCluster with(String key, String value) {
        try {
            dcs.write(key, value, Expected.ANYTHING);
        } catch (DcsException impossible) {
            throw new IllegalStateException(impossible);
        }
        return this;
    }

    TestCluster without(String key) {
        try {
            dcs.delete(key, Expected.ANYTHING);
        } catch (DcsException impossible) {
            throw new IllegalStateException(impossible);
        }
        return this;
    }

    static TestCluster healthy() {
        return new TestCluster().fill();
    }

    TestCluster fill() {
        return with("initialize", "7412836190112233445")
                .with("leader", "pg-a")
                .with("status", "{\"optime\":83886400}")
                .with("config", "{\"ttl\":30,\"loop_wait\":10,\"retry_timeout\":10}")
                .with("members/pg-a", primary("10.20.0.11", ""))
                .with("members/pg-b", replica("10.20.0.12", 83886400, ""))
                .with("members/pg-c", replica("10.20.0.13", 81788928, ""));
    }

    static String primary(String host, String more) {
        return "{\"conn_url\":\"postgres://" + host + ":5432/postgres\",\"api_url\":\"http://" + host
                + ":8008/patroni\",\"state\":\"running\",\"role\":\"primary\",\"version\":\"4.1.4\","
                + "\"xlog_location\":83886400,\"timeline\":7" + more + "}";
    }

    static String replica(String host, long position, String more) {
        return "{\"conn_url\":\"postgres://" + host + ":5432/postgres\",\"api_url\":\"http://" + host
                + ":8008/patroni\",\"state\":\"running\",\"role\":\"replica\",\"version\":\"4.1.4\","
                + "\"xlog_location\":" + position + ",\"receive_lsn\":" + position + ",\"replay_lsn\":" + position
                + ",\"replication_state\":\"streaming\",\"timeline\":7" + more + "}";
    }

    Dcs dcs() {
        return dcs;
    }

    ClusterView view() {
        try {
            return ClusterAdmin.of(dcs).view();
        } catch (DcsException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    Look look() {
        return new Cluster(NAME, Optional.empty(), dcs, new RestCalls(Optional.empty(), TlsFiles.NONE, false)).look();
    }

    String value(String key) {
        try {
            return dcs.read().get(key).map(Entries.Entry::value).orElse("");
        } catch (DcsException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    boolean isEmpty() {
        try {
            return dcs.read().byKey().isEmpty();
        } catch (DcsException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        dcs.close();
    }
}
