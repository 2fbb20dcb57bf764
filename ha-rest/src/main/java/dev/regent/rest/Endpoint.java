package dev.regent.rest;

import dev.regent.ha.spi.DcsException;

/** What answers a request. Called by many threads at once. */
@FunctionalInterface
interface Endpoint {
    /** A store that does not answer, or an interruption because the server is closing, becomes a 503. */
    Response answer(Request request) throws Refusal, DcsException, InterruptedException;
}
