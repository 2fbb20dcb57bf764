package dev.regent.agent.config;

import dev.regent.ha.model.Address;
import dev.regent.rest.AccessSettings;
import dev.regent.rest.AnswerSettings;
import dev.regent.rest.ClientCertificates;
import dev.regent.rest.RestSettings;
import dev.regent.rest.ServerToken;
import dev.regent.rest.TlsFiles;
import dev.regent.rest.TlsSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the REST API listens, where others reach it, who may change something through it, and how it speaks with peers.
 * Immutable.
 *
 * @param peers what TLS is spoken with when this node asks another
 */
public record RestApiSection(Address advertised, RestSettings settings, TlsFiles peers) {

    private static final Set<String> EVERYWHERE = Set.of("*", "0.0.0.0", "::");

    /** Not printed with its password. Immutable. */
    public record Login(String username, String password) {
        @Override
        public String toString() {
            return username;
        }
    }

    static RestApiSection of(Section section, Section ctl) {
        section.needed("listen", "where the REST API listens", "10.0.0.1:8008");
        Address listen = section.address("listen").orElseThrow();
        RestSettings settings = new RestSettings(
                listen.host(),
                listen.port(),
                tls(section),
                access(section),
                answers(section),
                number(section, "request_queue_size", RestSettings.FEWEST_BACKLOG),
                number(section, "thread_pool_size", RestSettings.FEWEST_SLOW_THREADS));
        return new RestApiSection(
                section.address("connect_address").orElse(listen), settings, peers(ctl, file(section, "cafile")));
    }

    private static Optional<TlsSettings> tls(Section section) {
        Optional<Path> certificate = file(section, "certfile");
        ClientCertificates clients = clientCertificates(section);
        if (certificate.isEmpty()) {
            if (clients != ClientCertificates.NONE) {
                throw section.wrong(
                        "certfile", "set where verify_client is, since only TLS has certificates", "nothing");
            }
            return Optional.empty();
        }
        Optional<Path> authorities = file(section, "cafile");
        if (clients != ClientCertificates.NONE && authorities.isEmpty()) {
            throw section.wrong("cafile", "set where verify_client is, to check certificates with", "nothing");
        }
        TlsFiles files =
                new TlsFiles(certificate, file(section, "keyfile"), section.text("keyfile_password"), authorities);
        return Optional.of(new TlsSettings(files, section.text("ciphers"), clients));
    }

    private static ClientCertificates clientCertificates(Section section) {
        String value = section.text("verify_client").orElse("none");
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "none" -> ClientCertificates.NONE;
            case "optional" -> ClientCertificates.OPTIONAL;
            case "required" -> ClientCertificates.REQUIRED;
            default -> throw section.wrong("verify_client", "none, optional or required", value);
        };
    }

    private static AccessSettings access(Section section) {
        Optional<List<String>> allowlist =
                section.has("allowlist") ? Optional.of(section.lines("allowlist")) : Optional.empty();
        AccessSettings access =
                new AccessSettings(Optional.empty(), allowlist, section.flag("allowlist_include_members", false));
        return login(section.section("authentication"))
                .map(login -> access.withLogin(login.username(), login.password()))
                .orElse(access);
    }

    private static AnswerSettings answers(Section section) {
        return new AnswerSettings(
                token(section), headers(section, "http_extra_headers"), headers(section, "https_extra_headers"));
    }

    private static Map<String, String> headers(Section section, String key) {
        Section headers = section.section(key);
        Map<String, String> texts = new LinkedHashMap<>();
        headers.keys().forEach(name -> headers.text(name).ifPresent(text -> texts.put(name, text)));
        return texts;
    }

    private static ServerToken token(Section section) {
        String value = section.text("server_tokens").orElse("original");
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "original" -> ServerToken.ORIGINAL;
            case "productonly" -> ServerToken.PRODUCT_ONLY;
            case "minimal" -> ServerToken.MINIMAL;
            default -> throw section.wrong("server_tokens", "original, minimal or productonly", value);
        };
    }

    private static int number(Section section, String key, int otherwise) {
        Optional<String> text = section.text(key);
        try {
            return text.map(Integer::valueOf).orElse(otherwise);
        } catch (NumberFormatException notANumber) {
            throw section.wrong(key, "a whole number", text.orElse(""));
        }
    }

    private static Optional<Path> file(Section section, String key) {
        return section.text(key).map(Path::of);
    }

    /**
     * A server's chain is checked where there is a certificate of our own, or authorities for just that: those of the API
     * are for clients, and may not have signed what peers show.
     */
    private static TlsFiles peers(Section ctl, Optional<Path> clientAuthorities) {
        Optional<Path> certificate = file(ctl, "certfile");
        Optional<Path> authorities =
                file(ctl, "cacert").or(() -> certificate.isPresent() ? clientAuthorities : Optional.empty());
        return new TlsFiles(certificate, file(ctl, "keyfile"), ctl.text("keyfile_password"), authorities);
    }

    public Address listen() {
        return new Address(settings.host().isEmpty() ? "*" : settings.host(), settings.port());
    }

    /** {@code http://HOST:PORT/patroni}, or with https, which tools and other members expect. */
    String apiUrl() {
        return (settings.tls().isPresent() ? "https://" : "http://") + advertised + "/patroni";
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
