package dev.regent.ctl;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A terminal with a person before it: shows pages in colours, and lets files be edited. */
final class Screen {
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String CYAN = "\u001b[36m";
    private static final String PLAIN = "\u001b[0m";

    private final Map<String, String> environment;

    Screen(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    void page(List<String> lines) throws InterruptedException {
        List<String> pager = program("PAGER", List.of("less", "more"))
                .orElseThrow(() -> new CommandFailure("No pager could be found. Either set PAGER environment variable"
                        + " with your pager or install either \"less\" or \"more\" in the host."));
        ProcessBuilder process = new ProcessBuilder(pager)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        // Colours as they are, and no pager at all for what fits on the screen.
        process.environment().putIfAbsent("LESS", "-FRX");
        try {
            Process running = process.start();
            try (Writer text = new OutputStreamWriter(running.getOutputStream(), StandardCharsets.UTF_8)) {
                for (String line : lines) {
                    text.write(coloured(line) + "\n");
                }
            }
            running.waitFor();
        } catch (IOException left) {
            // The reader has seen enough.
        }
    }

    private static String coloured(String line) {
        if (line.startsWith("@@")) {
            return CYAN + line + PLAIN;
        }
        if (line.startsWith("+")) {
            return GREEN + line + PLAIN;
        }
        return line.startsWith("-") ? RED + line + PLAIN : line;
    }

    void edit(Path file) throws InterruptedException {
        List<String> editor = program("EDITOR", List.of("editor", "vi"))
                .orElseThrow(() ->
                        new CommandFailure("EDITOR environment variable is not set. editor or vi are not available"));
        List<String> command = new ArrayList<>(editor);
        command.add(file.toString());
        try {
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (code != 0) {
                throw new CommandFailure("Editor exited with return code " + code);
            }
        } catch (IOException missing) {
            throw new CommandFailure("the editor " + String.join(" ", editor) + " does not start: " + missing, missing);
        }
    }

    /** What the variable says, words and all, or the first program that is there. */
    private Optional<List<String>> program(String variable, List<String> usual) {
        String chosen = environment.getOrDefault(variable, "").strip();
        if (!chosen.isEmpty()) {
            return Optional.of(Arrays.asList(chosen.split("\\s+")));
        }
        return usual.stream().filter(this::isInstalled).map(List::of).findFirst();
    }

    private boolean isInstalled(String program) {
        return Stream.of(environment.getOrDefault("PATH", "").split(":"))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
