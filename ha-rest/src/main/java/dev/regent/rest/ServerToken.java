package dev.regent.rest;

import dev.regent.ha.engine.SelfDescription;

/** What an answer's header says that it comes from. */
public enum ServerToken {
    ORIGINAL("Regent"),
    PRODUCT_ONLY("Patroni"),
    MINIMAL("Patroni/" + SelfDescription.PROTOCOL_VERSION);

    private final String text;

    ServerToken(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
