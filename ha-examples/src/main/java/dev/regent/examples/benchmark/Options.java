package dev.regent.examples.benchmark;

import dev.regent.testkit.cluster.AgentProgram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a benchmark was told to do. Who asks for help, or gives something else, is told how, and the program ends. */
final class Options {
    private static final int MISUSED = 2;

    private final String usage;
    private final Map<String, List<String>> given = new LinkedHashMap<>();

    private Options(String usage) {
        this.usage = usage;
    }

    /**
     * @param known options, each of which takes a value, and may be given again
     */
    static Options read(String usage, List<String> known, String... args) {
        Options options = new Options(usage);
        if (List.of(args).contains("--help")) {
            System.out.println(usage);
            System.exit(0);
        }
        for (int i = 0; i < args.length; i += 2) {
            if (!known.contains(args[i])) {
                throw options.misused("unknown option " + args[i]);
            }
            if (i + 1 == args.length) {
                throw options.misused("expected a value after " + args[i] + ", found none");
            }
            options.given.computeIfAbsent(args[i], option -> new ArrayList<>()).add(args[i + 1]);
        }
        return options;
    }

    List<String> all(String option) {
        return given.getOrDefault(option, List.of());
    }

    int number(String option, int otherwise) {
        List<String> values = all(option);
        if (values.isEmpty()) {
            return otherwise;
        }
        String value = values.get(values.size() - 1);
        if (!value.matches("[1-9]\\d{0,5}")) {
            throw misused("expected a whole number from 1 on after " + option + ", found " + value);
        }
        return Integer.parseInt(value);
    }

    /** Regent's agent, and each {@code --peer}, by the names of their commands. */
    Map<String, AgentProgram> programs() {
        Map<String, AgentProgram> programs = new LinkedHashMap<>();
        programs.put("regent", regent());
        all("--peer")
                .forEach(command -> programs.put(
                        command.substring(command.lastIndexOf('/') + 1), AgentProgram.peer(command.split(" ", -1))));
        return programs;
    }

    static AgentProgram regent() {
        return AgentProgram.regent(System.getProperty("regent.command", "bin/regent"));
    }

    /** Ends the program; to be thrown so that the compiler knows that, too. */
    IllegalStateException misused(String what) {
        System.err.println(what + "\n" + usage);
        System.exit(MISUSED);
        return new IllegalStateException(what);
    }
}
