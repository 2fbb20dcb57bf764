package dev.regent.ha.model;

/** The server that a standby copies and streams from. Immutable. */
public record Upstream(NodeName name, Address address) {
    @Override
    public String toString() {
        return name + " (" + address + ")";
    }
}
