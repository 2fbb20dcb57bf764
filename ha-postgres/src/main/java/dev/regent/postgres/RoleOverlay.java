package dev.regent.postgres;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the configuration says of servers in one role alone. Immutable.
 *
 * @param parameters laid over those for all roles
 * @param pgHba in the place of the lines for all roles
 * @param pgIdent in the place of the lines for all roles
 */
public record RoleOverlay(
        Map<String, String> parameters, Optional<List<String>> pgHba, Optional<List<String>> pgIdent) {
    public static final RoleOverlay NONE = new RoleOverlay(Map.of(), Optional.empty(), Optional.empty());

    public RoleOverlay {
        Map<String, String> lowerCased = new TreeMap<>();
        parameters.forEach((name, value) -> lowerCased.put(name.toLowerCase(Locale.ROOT), value));
        parameters = Collections.unmodifiableMap(lowerCased);
        pgHba = pgHba.filter(lines -> !lines.isEmpty()).map(List::copyOf);
        pgIdent = pgIdent.filter(lines -> !lines.isEmpty()).map(List::copyOf);
    }
}
