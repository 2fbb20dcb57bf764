package dev.regent.examples.demo;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * Runs three nodes, kills the primary under a writing client, switches over, and counts what was lost. Exits with 0 only
 * if that is nothing. {@code --etcd} runs the nodes as agent processes over a real etcd, {@code --stay} leaves them running.
 */
public final class Demo {
    private static final Set<String> OPTIONS = Set.of("--etcd", "--stay");
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    /** Commits wait for a standby, and a crashed primary is replaced at once: nothing is lost, and little time. */
    private static final Map<String, Object> CONFIG = Map.of(
            "ttl", 30,
            "loop_wait", 10,
            "retry_timeout", 10,
            "primary_start_timeout", 0,
            "synchronous_mode", true,
            "postgresql", Map.of("use_pg_rewind", true));

    private static final String USAGE = "usage: bin/demo [--etcd] [--stay]";

    private Demo() {}

    public static void main(String[] args) {
        List<String> options = List.of(args);
        if (options.contains("--help")) {
            System.out.println(USAGE);
            return;
        }
        if (!OPTIONS.containsAll(options)) {
            System.err.println(USAGE);
            System.exit(WRONG_USAGE);
        }
        Screen screen = new Screen(System.out, Boolean.getBoolean("regent.colours"));
        System.exit(run(options, screen) ? 0 : FAILED);
    }

    private static boolean run(List<String> options, Screen screen) {
        try (DemoCluster cluster = start(options.contains("--etcd"), screen)) {
            Thread cleanUp = new Thread(cluster::close, "clean-up");
            Runtime.getRuntime().addShutdownHook(cleanUp);
            boolean good = tell(cluster, screen);
            if (good && options.contains("--stay")) {
                stay(cluster, screen);
            }
            screen.end();
            Runtime.getRuntime().removeShutdownHook(cleanUp);
            return good;
        } catch (IOException | SQLException | IllegalStateException failed) {
            screen.failure(String.valueOf(failed.getMessage()));
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static DemoCluster start(boolean etcd, Screen screen) throws IOException, InterruptedException {
        return etcd
                ? AgentProcesses.start(System.getProperty("regent.command", "bin/regent"), CONFIG, screen)
                : EmbeddedNodes.start(CONFIG, screen);
    }

    private static boolean tell(DemoCluster cluster, Screen screen)
            throws IOException, InterruptedException, SQLException {
        TopologyWatch watch = new TopologyWatch(cluster, screen).start();
        try {
            return new Story(cluster, screen).tell();
        } finally {
            watch.close();
        }
    }

    private static void stay(DemoCluster cluster, Screen screen) throws InterruptedException {
        screen.headline("The cluster stays until you press Ctrl-C");
        for (String name : cluster.names()) {
            screen.plain("  " + name + ": " + cluster.jdbcUrl(name).replace("jdbc:", "") + "  user " + cluster.user()
                    + ", password " + cluster.password());
        }
        cluster.hints().forEach(hint -> screen.plain("  " + hint));
        new CountDownLatch(1).await();
    }
}
