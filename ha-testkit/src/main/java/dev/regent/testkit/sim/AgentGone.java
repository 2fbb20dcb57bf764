package dev.regent.testkit.sim;

/** Ends the present step of an agent that has died while it waited. */
final class AgentGone extends RuntimeException {
    private static final long serialVersionUID = 1;

    AgentGone() {
        super("the agent has died", null, false, false);
    }
}
