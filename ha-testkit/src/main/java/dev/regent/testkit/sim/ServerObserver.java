package dev.regent.testkit.sim;

/** Hears at once of what servers do that matters to somebody else. Used by one thread. */
interface ServerObserver {
    /** The server accepts writes from now on; {@code promoted} tells whether on a new timeline. */
    void opened(SimServer server, boolean promoted);

    /** Clients of a server that has started as a primary may read all that it holds from now on. */
    void shown(SimServer server);

    /** A client has been told that its commit is safe. */
    void acknowledged(SimServer server, long record);

    /** What cannot happen to a real server without loss of data that nobody notices. */
    void corrupted(SimServer server, String how);

    void noted(SimServer server, String what);

    /** For servers that nobody watches. */
    ServerObserver NOBODY = new ServerObserver() {
        @Override
        public void opened(SimServer server, boolean promoted) {}

        @Override
        public void shown(SimServer server) {}

        @Override
        public void acknowledged(SimServer server, long record) {}

        @Override
        public void corrupted(SimServer server, String how) {
            throw new Violation(server.name() + ": " + how);
        }

        @Override
        public void noted(SimServer server, String what) {}
    };
}
