package dev.regent.postgres;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A way to get the data of a new cluster other than initdb: a program that restores a backup, for example. Immutable.
 *
 * @param keys what the program gets as {@code --key=value}, in this order
 * @param withoutParameters the program is not told the scope and the data directory
 * @param keepsRecoverySettings the program leaves the settings for the recovery of its data itself
 * @param recovery the settings for the recovery of the data, up to a point in time for example
 */
public record BootstrapMethod(
        String name,
        String command,
        Map<String, String> keys,
        boolean withoutParameters,
        boolean keepsRecoverySettings,
        Optional<Map<String, String>> recovery) {

    private static final List<String> NOT_PASSED =
            List.of("command", "no_params", "keep_existing_recovery_conf", "recovery_conf", "scope", "datadir");

    private static final String STANDBY_MODE = "standby_mode";

    public BootstrapMethod {
        keys = ScriptKeys.of(keys);
        recovery = recovery.map(BootstrapMethod::lowerCased);
        ShellWords.of(command);
    }

    private static Map<String, String> lowerCased(Map<String, String> values) {
        Map<String, String> result = new TreeMap<>();
        values.forEach((key, value) -> result.put(key.toLowerCase(Locale.ROOT), value));
        return Collections.unmodifiableMap(result);
    }

    /** The method as a section of the configuration describes it, with its settings for recovery as PostgreSQL reads them. */
    public static BootstrapMethod of(
            String name, String command, Map<String, ?> section, Optional<Map<String, String>> recovery) {
        Map<String, String> all = ScriptKeys.of(section);
        Map<String, String> keys = new LinkedHashMap<>(all);
        keys.keySet().removeAll(NOT_PASSED);
        return new BootstrapMethod(
                name,
                command,
                keys,
                ScriptKeys.isTrue(all, "no_params"),
                ScriptKeys.isTrue(all, "keep_existing_recovery_conf"),
                recovery);
    }

    List<String> commandLine(String scope, String dataDir) {
        List<String> words = new ArrayList<>(ShellWords.of(command));
        if (!withoutParameters) {
            words.add("--scope=" + scope);
            words.add("--datadir=" + dataDir);
        }
        words.addAll(ScriptKeys.arguments(keys));
        return words;
    }

    /** The data recovers as a standby's, for which somebody else says when it ends. */
    boolean recoversAsStandby() {
        return recovery.filter(settings -> ControlledParameters.isTrue(settings.getOrDefault(STANDBY_MODE, "off")))
                .isPresent();
    }

    /** What goes into the recovery section of the configuration: to the end of what there is, unless said otherwise. */
    Map<String, String> recoveryParameters() {
        Map<String, String> parameters = new TreeMap<>();
        recovery.ifPresent(settings -> settings.forEach((name, value) -> {
            if (ConfText.RECOVERY.contains(name) && !isOfOldVersions(name)) {
                parameters.put(name, value);
            }
        }));
        if (recovery.isPresent() && isPausing()) {
            parameters.putIfAbsent("recovery_target_action", "pause");
        }
        if (hasTarget()) {
            parameters.putIfAbsent("recovery_target_action", "promote");
        }
        return parameters;
    }

    private boolean hasTarget() {
        return recovery.isPresent()
                && recovery.get().keySet().stream()
                        .anyMatch(name -> name.matches("recovery_target(_lsn|_name|_time|_xid)?"));
    }

    private boolean isPausing() {
        return recovery.map(settings -> settings.get("pause_at_recovery_target"))
                .filter(ControlledParameters::isTrue)
                .isPresent();
    }

    private static boolean isOfOldVersions(String name) {
        return name.equals(STANDBY_MODE) || name.equals("trigger_file") || name.equals("pause_at_recovery_target");
    }

    /** Recovery ends by itself, so that nobody needs to look at the data before. */
    boolean endsByItself() {
        return keepsRecoverySettings
                || (!recoversAsStandby()
                        && recoveryParameters()
                                .getOrDefault("recovery_target_action", "promote")
                                .equals("promote"));
    }
}
