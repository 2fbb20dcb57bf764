package dev.regent.agent;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.event.HaEvent;
import dev.regent.ha.event.HaListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the operator what the node waits for; what it does, it tells itself. */
final class Narrator implements HaListener {
    private static final Logger LOG = LoggerFactory.getLogger(Narrator.class);

    @Override
    public void onEvent(HaEvent event) {
        if (event instanceof HaEvent.Decided decided && isNews(decided.decision())) {
            LOG.info("{}: {}", decided.node(), decided.decision().explanation());
        }
    }

    /** The beginning of an operation has been told when it is seen to be under way. */
    private static boolean isNews(Decision decision) {
        return decision.action() instanceof Action.Wait && decision.reason() != Reason.OPERATION_UNDER_WAY;
    }
}
