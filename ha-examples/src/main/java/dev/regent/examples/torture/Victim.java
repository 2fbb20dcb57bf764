package dev.regent.examples.torture;

/** What is killed. */
enum Victim {
    /** The agent; its server lives on. */
    AGENT,
    /** The server's first process. */
    POSTMASTER,
    /** A tool that the agent has started: initdb, pg_basebackup, pg_rewind, a single-user server. */
    HELPER,
    /** Agent and server at once, as a host that goes down. */
    HOST
}
