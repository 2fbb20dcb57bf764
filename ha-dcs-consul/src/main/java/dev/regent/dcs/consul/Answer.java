package dev.regent.dcs.consul;

import dev.regent.ha.spi.DcsException;

/**
 * What an agent answered to one request. Immutable.
 *
 * @param index the value of {@code X-Consul-Index}, 0 when there was none
 */
record Answer(String request, int status, String body, long index) {
    static final int OK = 200;
    static final int NOT_FOUND = 404;
    static final int CONFLICT = 409;

    /** An error page of a proxy in between may be long; its start tells enough. */
    private static final int SHOWN_CHARACTERS = 300;

    boolean is(int expected) {
        return status == expected;
    }

    DcsException unexpected() {
        String start = body.strip();
        String shown = start.length() <= SHOWN_CHARACTERS ? start : start.substring(0, SHOWN_CHARACTERS) + "…";
        return new DcsException(request + ": Consul answered " + status + (shown.isEmpty() ? "" : " '" + shown + "'"));
    }
}
