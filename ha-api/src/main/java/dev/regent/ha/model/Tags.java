package dev.regent.ha.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator says of a member: may it lead, may it be synchronous, whom does it follow. Values are strings, numbers
 * and booleans as written. Immutable.
 */
public record Tags(Map<String, Object> values) {
    public static final Tags NONE = new Tags(Map.of());

    public Tags {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The member never leads. An explicit {@code nofailover} wins over {@code failover_priority}. */
    public boolean nofailover() {
        return values.containsKey("nofailover") ? isTruthy("nofailover") : number("failover_priority", 1) <= 0;
    }

    /** At equal positions the higher number leads; 0 when the member must not lead. */
    public int failoverPriority() {
        return isTruthy("nofailover") ? 0 : number("failover_priority", 1);
    }

    /** The member is never synchronous. An explicit {@code nosync} wins over {@code sync_priority}. */
    public boolean nosync() {
        return values.containsKey("nosync") ? isTruthy("nosync") : number("sync_priority", 1) <= 0;
    }

    public int syncPriority() {
        return isTruthy("nosync") ? 0 : number("sync_priority", 1);
    }

    public boolean noloadbalance() {
        return isTruthy("noloadbalance");
    }

    public boolean clonefrom() {
        return isTruthy("clonefrom");
    }

    public boolean nostream() {
        return isTruthy("nostream");
    }

    public Optional<String> replicatefrom() {
        return text("replicatefrom");
    }

    /** Where the member is, as whoever runs the cluster calls it. */
    public Optional<String> zone() {
        return text("zone");
    }

    /** The same of a member that is not to be waited for at present. */
    public Tags withoutSynchronousDuty() {
        Map<String, Object> more = new LinkedHashMap<>(values);
        more.put("nosync", true);
        more.put("sync_priority", 0);
        return new Tags(more);
    }

    /** The same of a member that is not to lead at present. */
    public Tags withoutLeading() {
        Map<String, Object> more = new LinkedHashMap<>(values);
        more.put("nofailover", true);
        return new Tags(more);
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).map(String::valueOf).filter(text -> !text.isBlank());
    }

    /** The tags as a member publishes them: flags that are off are left out unless their priority is given. */
    public Tags published() {
        Map<String, Object> kept = new LinkedHashMap<>(values);
        kept.keySet().removeIf(name -> isDefaultFlag(name) && !isTruthy(name) && !isKeptForItsPriority(name));
        return new Tags(kept);
    }

    private static boolean isDefaultFlag(String name) {
        return switch (name) {
            case "clonefrom", "nofailover", "noloadbalance", "nosync", "nostream" -> true;
            default -> false;
        };
    }

    private boolean isKeptForItsPriority(String name) {
        return (name.equals("nofailover") && values.containsKey("failover_priority"))
                || (name.equals("nosync") && values.containsKey("sync_priority"));
    }

    private boolean isTruthy(String name) {
        Object value = values.get(name);
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        return value != null && !String.valueOf(value).isEmpty();
    }

    private int number(String name, int otherwise) {
        Object value = values.get(name);
        if (value instanceof Number number) {
            return number.intValue();
        }
        try {
            return value == null
                    ? otherwise
                    : Integer.parseInt(String.valueOf(value).trim());
        } catch (NumberFormatException notANumber) {
            return otherwise;
        }
    }
}
