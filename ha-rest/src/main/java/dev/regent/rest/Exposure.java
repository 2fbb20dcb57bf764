package dev.regent.rest;

import java.util.Map;

/** What the API's answers carry and who may pass, as the settings of the moment say. Immutable. */
record Exposure(Gate gate, String server, Map<String, String> extraHeaders) {
    static Exposure of(RestSettings settings, NodeView node) {
        return new Exposure(
                new Gate(settings.access(), settings.needsCertificate(), () -> NodeFacts.memberUrls(node)),
                settings.answers().token().text(),
                settings.answers().extra(settings.tls().isPresent()));
    }
}
