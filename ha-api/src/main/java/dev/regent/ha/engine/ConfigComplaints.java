package dev.regent.ha.engine;

import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.NodeName;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of what cannot be used of the cluster-wide configuration, once for each wrong value. Used by the cycle's thread. */
final class ConfigComplaints {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigComplaints.class);

    private final NodeName self;
    private List<String> told = List.of();

    ConfigComplaints(NodeName self) {
        this.self = self;
    }

    /** Returns what has not been told before, or has been right meanwhile. */
    List<String> adopt(DynamicConfig config) {
        List<String> problems = HaConfig.problems(config);
        List<String> news =
                problems.stream().filter(problem -> !told.contains(problem)).toList();
        news.forEach(problem -> LOG.warn("{}: the cluster-wide configuration is wrong in {}", self, problem));
        told = problems;
        return news;
    }
}
