package dev.regent.ha.model;

/** The three timings in seconds, which depend on one another: a wait and two failed requests fit into the time to live. */
record Timings(long ttl, long loopWait, long retryTimeout) {
    private static final long SHORTEST_TTL = 20;
    private static final long SHORTEST_LOOP_WAIT = 1;
    private static final long SHORTEST_RETRY_TIMEOUT = 3;
    private static final int REQUESTS = 2;

    static Timings read(ConfigReader reader) {
        Timings found = new Timings(
                reader.atLeast("ttl", SHORTEST_TTL, 30),
                reader.atLeast("loop_wait", SHORTEST_LOOP_WAIT, 10),
                reader.atLeast("retry_timeout", SHORTEST_RETRY_TIMEOUT, 10));
        Timings used = found.corrected();
        if (!used.equals(found)) {
            reader.problem("ttl: expected loop_wait + 2 * retry_timeout <= ttl, found " + found.text() + "; "
                    + used.text() + " are used");
        }
        return used;
    }

    private Timings corrected() {
        if (SHORTEST_LOOP_WAIT + REQUESTS * retryTimeout > ttl) {
            return new Timings(ttl, SHORTEST_LOOP_WAIT, (ttl - SHORTEST_LOOP_WAIT) / REQUESTS);
        }
        return loopWait + REQUESTS * retryTimeout > ttl
                ? new Timings(ttl, ttl - REQUESTS * retryTimeout, retryTimeout)
                : this;
    }

    private String text() {
        return "loop_wait " + loopWait + ", retry_timeout " + retryTimeout + ", ttl " + ttl;
    }
}
