package dev.regent.agent.config;

import dev.regent.ha.model.Address;
import java.util.Optional;
import java.util.Set;

/**
 * Where the REST API listens, where others reach it, and who may change something through it. Immutable.
 *
 * @param login empty when everybody may
 */
public record RestApiSection(Address listen, Address advertised, Optional<Login> login) {

    private static final Set<String> EVERYWHERE = Set.of("*", "0.0.0.0", "::");

    /** Not printed with its password. Immutable. */
    public record Login(String username, String password) {
        @Override
        public String toString() {
            return username;
        }
    }

    static RestApiSection of(Section section) {
        section.needed("listen", "where the REST API listens", "10.0.0.1:8008");
        Address listen = section.address("listen").orElseThrow();
        return new RestApiSection(
                listen, section.address("connect_address").orElse(listen), login(section.section("authentication")));
    }

    Optional<String> warning() {
        return EVERYWHERE.contains(advertised.host())
                ? Optional.of("other members and tools are told to reach the REST API at " + advertised
                        + ", which they cannot: set restapi.connect_address to an address of this host")
                : Optional.empty();
    }

    /** The user and password under {@code authentication}, which go together. */
    public static Optional<Login> login(Section authentication) {
        Optional<String> username = authentication.text("username");
        Optional<String> password = authentication.text("password");
        if (username.isPresent() != password.isPresent()) {
            String missing = username.isPresent() ? "password" : "username";
            throw authentication.wrong(missing, "set together with the other, or none of both", "nothing");
        }
        return username.map(name -> new Login(name, password.orElseThrow()));
    }
}
