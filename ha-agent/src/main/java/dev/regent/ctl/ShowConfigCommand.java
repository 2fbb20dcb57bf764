package dev.regent.ctl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regent.ha.model.DynamicConfig;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code regentctl show-config}. */
@Command(name = "show-config", description = "Shows the configuration that is the same for all members.")
final class ShowConfigCommand extends ClusterCommand {
    @Override
    boolean run(Cluster cluster, Terminal terminal) {
        cluster.knownLook().view().config().ifPresent(config -> terminal.line(print(config)));
        return true;
    }

    static String print(DynamicConfig config) {
        try {
            return YamlText.block(new ObjectMapper().readValue(config.json(), Map.class));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("what was read as JSON is JSON", impossible);
        }
    }
}
