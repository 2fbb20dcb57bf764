package dev.regent.ctl;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.HaConfig;
import java.util.Optional;

/** Pauses and resumes a cluster. */
final class PauseChange {
    private static final int NOT_IMPLEMENTED = 501;
    private static final int NOT_FOUND = 404;

    private PauseChange() {}

    static boolean pause(Cluster cluster, Terminal terminal) throws InterruptedException {
        ClusterView view = cluster.view();
        if (isPaused(view)) {
            throw new CommandFailure("Cluster is already paused");
        }
        ObjectNode patch = JsonNodeFactory.instance.objectNode().put("pause", true);
        return change(cluster, view, patch, terminal, "pause", "paused");
    }

    static boolean resume(Cluster cluster, Terminal terminal) throws InterruptedException {
        ClusterView view = cluster.view();
        if (!isPaused(view)) {
            throw new CommandFailure("Cluster is not paused");
        }
        ObjectNode patch = JsonNodeFactory.instance.objectNode().putNull("pause");
        return change(cluster, view, patch, terminal, "resume", "resumed");
    }

    private static boolean isPaused(ClusterView view) {
        return view.config().map(HaConfig::from).filter(HaConfig::paused).isPresent();
    }

    private static boolean change(
            Cluster cluster, ClusterView view, ObjectNode patch, Terminal terminal, String action, String done)
            throws InterruptedException {
        Optional<RestCalls.Answer> answer = cluster.patchConfig(view, patch);
        if (answer.isEmpty()) {
            throw new CommandFailure("Can not find accessible cluster member");
        }
        boolean isAccepted = answer.get().isAccepted() || (lacksEndpoint(answer.get()) && cluster.changeConfig(patch));
        terminal.line(
                isAccepted
                        ? "Success: cluster management is " + done
                        : "Failed: " + action + " cluster management status code="
                                + answer.get().status() + ", (" + answer.get().body() + ")");
        return isAccepted;
    }

    /** Members that cannot change the configuration read it from the store all the same. */
    private static boolean lacksEndpoint(RestCalls.Answer answer) {
        return answer.status() == NOT_IMPLEMENTED || answer.status() == NOT_FOUND || answer.status() == 405;
    }
}
