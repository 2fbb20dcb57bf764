package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import dev.regent.ha.spi.RefusedException;
import dev.regent.ha.spi.StopMode;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the commands of a person that something waits for. Used by one thread. */
final class HookScripts {
    private static final Logger LOG = LoggerFactory.getLogger(HookScripts.class);

    private final ConfigFiles config;
    private final Tool tool;

    HookScripts(ConfigFiles config, Tool tool) {
        this.config = config;
        this.tool = tool;
    }

    void beforePromotion() throws DatabaseException, InterruptedException {
        Optional<String> script = config.hooks().prePromote();
        if (script.isEmpty()) {
            return;
        }
        Tool.Result result = tool.runScript(ShellWords.of(script.get()), Map.of());
        if (!result.isSuccess()) {
            throw new RefusedException("expected the script pre_promote to allow the promotion, found exit code "
                    + result.exitCode() + ": " + result.output().strip());
        }
    }

    /** Whoever must be fenced waits for nobody's script. */
    void beforeStop(StopMode mode) throws InterruptedException {
        Optional<String> script = config.hooks().beforeStop();
        if (script.isEmpty() || mode == StopMode.IMMEDIATE) {
            return;
        }
        try {
            Tool.Result result = tool.runScript(ShellWords.of(script.get()), Map.of());
            LOG.info("The script before_stop ended with {}", result.exitCode());
        } catch (DatabaseException cannotRun) {
            LOG.warn("The script before_stop cannot be run: {}", cannotRun.getMessage());
        }
    }
}
