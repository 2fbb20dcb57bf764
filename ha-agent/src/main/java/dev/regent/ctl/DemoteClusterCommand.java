package dev.regent.ctl;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code regentctl demote-cluster}. */
@Command(name = "demote-cluster", description = "Makes the cluster follow another one: nobody in it writes any more.")
final class DemoteClusterCommand extends ClusterCommand {
    @Option(names = "--host", paramLabel = "HOST", description = "Where the other cluster is reached.")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "PORT", description = "The port there.")
    private @Nullable Integer port;

    @Option(names = "--restore-command", paramLabel = "COMMAND", description = "Fetches its log from an archive.")
    private @Nullable String restoreCommand;

    @Option(names = "--primary-slot-name", paramLabel = "SLOT", description = "The slot there that keeps the log.")
    private @Nullable String slot;

    @Option(names = "--force", description = "Do not ask anything.")
    private boolean force;

    @Override
    boolean run(Cluster cluster, Terminal terminal) throws InterruptedException {
        if (host == null && port == null && restoreCommand == null) {
            throw new CommandFailure("At least --host, --port or --restore-command should be specified");
        }
        ObjectNode source = JsonNodeFactory.instance.objectNode();
        if (host != null) {
            source.put("host", host);
        }
        if (port != null) {
            source.put("port", port);
        }
        if (slot != null) {
            source.put("primary_slot_name", slot);
        }
        if (restoreCommand != null) {
            source.put("restore_command", restoreCommand);
        }
        StandbyChange.demote(cluster, terminal, source, force);
        return true;
    }
}
