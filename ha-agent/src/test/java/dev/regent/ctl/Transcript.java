package dev.regent.ctl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What commands printed, in a file: a line with {@code $ command}, then the output, then {@code [exit status N]}. */
final class Transcript {
    private static final String PROMPT = "$ patronictl ";
    private static final String END = "[exit status ";

    private final List<String> commands = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();

    static Transcript read(String file) throws IOException {
        try (InputStream in = Transcript.class.getResourceAsStream(file)) {
            Transcript transcript = new Transcript();
            StringBuilder output = new StringBuilder();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                if (line.startsWith(PROMPT)) {
                    transcript.commands.add(line.substring(PROMPT.length()));
                    output.setLength(0);
                } else if (line.startsWith(END)) {
                    transcript.outputs.add(output.toString());
                } else {
                    output.append(line).append('\n');
                }
            }
            return transcript;
        }
    }

    /** The output of the n-th command in the file, counted from 0. */
    String output(int n) {
        return outputs.get(n);
    }

    String output(String command) {
        return outputs.get(commands.indexOf(command));
    }
}
