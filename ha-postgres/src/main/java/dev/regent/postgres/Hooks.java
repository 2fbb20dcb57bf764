package dev.regent.postgres;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The commands of a person that are run when something happens to the server, each split as a shell does and run without
 * one, as the user who runs PostgreSQL. Immutable.
 *
 * @param callbacks told of what has happened, with the event, the role and the cluster's name as further arguments; never
 *     waited for
 * @param prePromote run before a promotion; unless it ends with 0 the node does not lead
 * @param beforeStop run before the server is stopped, except at once to fence it; how it ends does not matter
 */
public record Hooks(Map<Event, String> callbacks, Optional<String> prePromote, Optional<String> beforeStop) {

    public static final Hooks NONE = new Hooks(Map.of(), Optional.empty(), Optional.empty());

    /** What callbacks are told of. */
    public enum Event {
        ON_START,
        ON_STOP,
        ON_RESTART,
        ON_RELOAD,
        ON_ROLE_CHANGE;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Hooks {
        Map<Event, String> copy = new EnumMap<>(Event.class);
        copy.putAll(callbacks);
        callbacks = Collections.unmodifiableMap(copy);
        callbacks.values().forEach(ShellWords::of);
        prePromote.ifPresent(ShellWords::of);
        beforeStop.ifPresent(ShellWords::of);
    }

    /** These, and where they say nothing, the others. */
    Hooks orElse(Hooks others) {
        Map<Event, String> all = new EnumMap<>(Event.class);
        all.putAll(others.callbacks);
        all.putAll(callbacks);
        return new Hooks(all, prePromote.or(others::prePromote), beforeStop.or(others::beforeStop));
    }
}
