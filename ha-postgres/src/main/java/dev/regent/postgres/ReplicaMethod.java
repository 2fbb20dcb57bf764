package dev.regent.postgres;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A way to get the data of a replica: {@code pg_basebackup}, or a program that restores a backup for example. Immutable.
 *
 * @param keys what the program gets as {@code --key=value}, in this order
 */
public record ReplicaMethod(String name, Optional<String> command, Map<String, String> keys) {
    /** Copies a running member with {@code pg_basebackup}. */
    public static final ReplicaMethod BASEBACKUP = new ReplicaMethod("basebackup", Optional.empty(), Map.of());

    private static final String KEEP_DATA = "keep_data";
    private static final String NO_LEADER = "no_leader";
    private static final String NO_PARAMS = "no_params";

    public ReplicaMethod {
        keys = ScriptKeys.of(keys);
    }

    /**
     * A method as a section of the configuration describes it: its {@code command} (otherwise its name), the switches
     * {@code keep_data}, {@code no_leader}, {@code no_params}, and whatever else the program is to get.
     */
    public static ReplicaMethod of(String name, Map<String, ?> section) {
        if (name.equals(BASEBACKUP.name)) {
            return BASEBACKUP;
        }
        Map<String, String> keys = new LinkedHashMap<>(ScriptKeys.of(section));
        String command = Optional.ofNullable(keys.remove("command"))
                .filter(text -> !text.isBlank())
                .orElse(name);
        ShellWords.of(command);
        return new ReplicaMethod(name, Optional.of(command), keys);
    }

    boolean isBasebackup() {
        return command.isEmpty();
    }

    /** What an earlier attempt has left is of use to it. */
    boolean keepsData() {
        return ScriptKeys.isTrue(keys, KEEP_DATA);
    }

    /** It can do without a member to copy. */
    boolean worksAlone() {
        return ScriptKeys.isTrue(keys, NO_LEADER);
    }

    /** The words to run, where the program is told what it is to do unless it does not want to know. */
    List<String> commandLine(String scope, String dataDir, String connection) {
        Map<String, String> all = new LinkedHashMap<>(keys);
        if (ScriptKeys.isTrue(keys, NO_PARAMS)) {
            all.keySet().removeAll(List.of(KEEP_DATA, NO_LEADER, NO_PARAMS));
        } else {
            all.put("scope", scope);
            all.put("role", "replica");
            all.put("datadir", dataDir);
            all.put("connstring", connection);
        }
        List<String> words = new java.util.ArrayList<>(ShellWords.of(command.orElse(name)));
        words.addAll(ScriptKeys.arguments(all));
        return words;
    }
}
