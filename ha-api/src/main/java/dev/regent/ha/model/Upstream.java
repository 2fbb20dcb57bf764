package dev.regent.ha.model;

import java.util.List;
import java.util.stream.Collectors;

/** The server that a standby copies and streams from: one, or whichever of several listens and will do. Immutable. */
public record Upstream(NodeName name, List<Address> addresses) {
    public Upstream {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("expected at least one address of " + name + ", found none");
        }
    }

    public Upstream(NodeName name, Address address) {
        this(name, List.of(address));
    }

    /** Whether all addresses have the same port. */
    public boolean hasOnePort() {
        return addresses.stream().map(Address::port).distinct().count() == 1;
    }

    @Override
    public String toString() {
        return name + " (" + addresses.stream().map(Address::toString).collect(Collectors.joining(", ")) + ")";
    }
}
