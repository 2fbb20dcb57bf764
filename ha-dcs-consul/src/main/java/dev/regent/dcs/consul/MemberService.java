package dev.regent.dcs.consul;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One member as a service of its Consul agent, as its entry describes it. Immutable.
 *
 * @param scope the name of the cluster
 * @param role in the words of entries: {@code primary}, {@code replica}, {@code standby_leader}, or something in between
 */
record MemberService(String scope, String member, String role, String state, URI connUrl, URI apiUrl) {
    private static final Set<String> ROLES = Set.of("primary", "replica", "standby_leader");
    private static final String PRIMARY = "primary";
    /** What it was called before. */
    private static final String OLD_PRIMARY = "master";

    private static final String ALLOWED = "abcdefghijklmnopqrstuvwxyz0123456789-";
    private static final int LONGEST_NAME = 230;
    private static final int TTLS_UNTIL_FORGOTTEN = 10;

    /** Absent while the entry does not yet say everything. */
    static Optional<MemberService> of(String scope, String member, String entry) {
        try {
            JsonElement json = JsonParser.parseString(entry);
            if (!json.isJsonObject()) {
                return Optional.empty();
            }
            Optional<String> role = text(json.getAsJsonObject(), "role");
            Optional<String> state = text(json.getAsJsonObject(), "state");
            Optional<URI> connUrl = text(json.getAsJsonObject(), "conn_url").map(URI::create);
            Optional<URI> apiUrl = text(json.getAsJsonObject(), "api_url").map(URI::create);
            if (role.isEmpty() || state.isEmpty() || connUrl.isEmpty() || apiUrl.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new MemberService(scope, member, role.get(), state.get(), connUrl.get(), apiUrl.get()));
        } catch (JsonParseException | IllegalArgumentException notAMember) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(JsonObject json, String name) {
        JsonElement value = json.get(name);
        return value != null && value.isJsonPrimitive() ? Optional.of(value.getAsString()) : Optional.empty();
    }

    boolean isStopped() {
        return state.equals("stopped");
    }

    boolean isToBeFound() {
        return state.equals("running") && ROLES.contains(role);
    }

    String id() {
        return scope + "/" + member;
    }

    /** The name of the cluster as the name of a host may be written. */
    static String name(String scope) {
        StringBuilder name = new StringBuilder();
        scope.toLowerCase(Locale.ROOT).codePoints().forEach(character -> {
            if (ALLOWED.indexOf(character) >= 0) {
                name.appendCodePoint(character);
            } else if (character == '.' || character == '_' || character == ' ') {
                name.append('-');
            } else {
                name.append(String.format(Locale.ROOT, "u%04d", character));
            }
        });
        return name.substring(0, Math.min(LONGEST_NAME, name.length()));
    }

    /** What the agent is sent. */
    String registration(ServiceSettings settings, Duration sessionTtl) {
        String tag = role.replace('_', '-');
        JsonArray tags = new JsonArray();
        settings.tags().forEach(tags::add);
        tags.add(tag);
        if (role.equals(PRIMARY)) {
            tags.add(OLD_PRIMARY);
        }
        JsonObject check = new JsonObject();
        check.addProperty("HTTP", apiUrl.resolve("/" + tag).toString());
        check.addProperty("Interval", settings.checkInterval());
        check.addProperty(
                "DeregisterCriticalServiceAfter", SessionTtlRange.text(sessionTtl.multipliedBy(TTLS_UNTIL_FORGOTTEN)));
        settings.checkTlsServerName().ifPresent(name -> check.addProperty("TLSServerName", name));
        JsonObject service = new JsonObject();
        service.addProperty("ID", id());
        service.addProperty("Name", name(scope));
        service.addProperty("Address", connUrl.getHost());
        service.addProperty("Port", connUrl.getPort());
        service.add("Tags", tags);
        service.addProperty("EnableTagOverride", true);
        service.add("Check", check);
        return service.toString();
    }
}
