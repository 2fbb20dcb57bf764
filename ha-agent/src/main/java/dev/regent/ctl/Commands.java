package dev.regent.ctl;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;

/** The commands of {@code regentctl} by name. */
final class Commands {
    /** It tells the shell of all of them. */
    private static final String COMPLETION = "generate-completion";

    private static final Map<String, Class<?>> ALL = all();

    private Commands() {}

    private static Map<String, Class<?>> all() {
        Map<String, Class<?>> all = new LinkedHashMap<>();
        all.put("demote-cluster", DemoteClusterCommand.class);
        all.put("doctor", DoctorCommand.class);
        all.put("dsn", DsnCommand.class);
        all.put("edit-config", EditConfigCommand.class);
        all.put("explain", ExplainCommand.class);
        all.put("failover", FailoverCommand.class);
        all.put("flush", FlushCommand.class);
        all.put(COMPLETION, CompletionCommand.class);
        all.put("history", HistoryCommand.class);
        all.put("list", ListCommand.class);
        all.put("pause", PauseCommand.class);
        all.put("promote-cluster", PromoteClusterCommand.class);
        all.put("query", QueryCommand.class);
        all.put("reinit", ReinitCommand.class);
        all.put("reload", ReloadCommand.class);
        all.put("remove", RemoveCommand.class);
        all.put("restart", RestartCommand.class);
        all.put("resume", ResumeCommand.class);
        all.put("show-config", ShowConfigCommand.class);
        all.put("switchover", SwitchoverCommand.class);
        all.put("topology", TopologyCommand.class);
        all.put("version", VersionCommand.class);
        return all;
    }

    /**
     * Adds those whose names are among the arguments, or all: it takes a while to find out what each of them understands, and
     * of most runs only one matters.
     */
    static void addMeantBy(String[] arguments, CommandLine program) {
        Set<String> words = Set.copyOf(Arrays.asList(arguments));
        boolean all = ALL.keySet().stream().noneMatch(words::contains) || words.contains(COMPLETION);
        ALL.forEach((name, command) -> {
            if (all || words.contains(name)) {
                program.addSubcommand(name, command);
            }
        });
    }
}
