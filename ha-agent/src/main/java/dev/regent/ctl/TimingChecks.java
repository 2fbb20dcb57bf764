package dev.regent.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regent.ha.model.DynamicConfig;
import java.util.List;
import java.util.Optional;

/** Whether the timings of a cluster, as they were written, leave a leader the time to renew its session. Stateless. */
final class TimingChecks {
    private static final int SHORTEST_TTL = 20;
    private static final int SHORTEST_RETRY = 3;

    private TimingChecks() {}

    /** In seconds; what is not said is what a cluster begins with. */
    static List<Finding> of(Optional<DynamicConfig> written) {
        DynamicConfig config = written.orElse(DynamicConfig.DEFAULT);
        int ttl = seconds(config, "ttl");
        int retry = seconds(config, "retry_timeout");
        return List.of(
                relation(ttl, seconds(config, "loop_wait"), retry),
                shortest("ttl", ttl, SHORTEST_TTL),
                shortest("retry_timeout", retry, SHORTEST_RETRY));
    }

    private static int seconds(DynamicConfig config, String key) {
        return config.value(key)
                .or(() -> DynamicConfig.DEFAULT.value(key))
                .map(JsonNode::asInt)
                .orElseThrow();
    }

    private static Finding relation(int ttl, int loopWait, int retry) {
        int needed = loopWait + 2 * retry;
        String expected = "loop_wait + 2 * retry_timeout <= ttl";
        String found = loopWait + " + 2 * " + retry + " = " + needed + ", ttl " + ttl;
        return needed <= ttl
                ? Finding.good("timing", expected, found)
                : Finding.fault(
                        "timing",
                        expected,
                        found,
                        "regentctl edit-config -s ttl=" + needed
                                + ": until then members shorten the other two, and wait less for a slow store");
    }

    private static Finding shortest(String key, int value, int shortest) {
        String expected = key + " of " + shortest + " s or more";
        return value >= shortest
                ? Finding.good("timing", expected, value + " s")
                : Finding.risk(
                        "timing",
                        expected,
                        value + " s",
                        "regentctl edit-config -s " + key + "=" + shortest
                                + ": else a busy host is taken for a lost one");
    }
}
