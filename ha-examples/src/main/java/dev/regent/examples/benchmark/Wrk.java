package dev.regent.examples.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the load generator {@code wrk} on a processor of its own. Immutable. */
final class Wrk {
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern P99 = Pattern.compile("99%\\s+([0-9.]+)(us|ms|s)\\b");
    private static final Pattern ERRORS = Pattern.compile("(Socket errors:[^\\n]*|Non-2xx or 3xx responses: \\d+)");

    private final int processor;
    private final int seconds;

    Wrk(int processor, int seconds) {
        this.processor = processor;
        this.seconds = seconds;
    }

    /** Requests a second, the time that 99 of 100 took at most, and what went wrong, empty when nothing did. */
    record Result(double perSecond, double p99Millis, String errors) {}

    /** As fast as it goes on so many connections. */
    Result run(String url, int connections, boolean keepAlive) throws IOException, InterruptedException {
        return run(url, connections, keepAlive ? List.of() : List.of("-H", "Connection: close"));
    }

    /** So that each connection waits for {@code pauseMillis} before each request. */
    Result runSlowly(String url, int connections, int pauseMillis) throws IOException, InterruptedException {
        Path script = Files.createTempFile("pause", ".lua");
        try {
            Files.writeString(script, "function delay() return " + pauseMillis + " end\n");
            return run(url, connections, List.of("-s", script.toString()));
        } finally {
            Files.delete(script);
        }
    }

    private Result run(String url, int connections, List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", String.valueOf(processor), "wrk", "-t1"));
        command.addAll(List.of("-c" + connections, "-d" + seconds + "s", "--latency"));
        command.addAll(options);
        command.add(url);
        Process wrk = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (wrk.waitFor() != 0) {
            throw new IOException("wrk has failed: " + output);
        }
        return new Result(Double.parseDouble(found(RATE, output).group(1)), p99(output), errors(output));
    }

    private static double p99(String output) throws IOException {
        Matcher p99 = found(P99, output);
        double amount = Double.parseDouble(p99.group(1));
        return switch (p99.group(2)) {
            case "us" -> amount / 1000;
            case "ms" -> amount;
            default -> amount * 1000;
        };
    }

    private static String errors(String output) {
        Matcher errors = ERRORS.matcher(output);
        StringBuilder all = new StringBuilder();
        while (errors.find()) {
            all.append(errors.group()).append("; ");
        }
        return all.toString();
    }

    private static Matcher found(Pattern pattern, String output) throws IOException {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IOException("expected " + pattern + " in the output of wrk, found: " + output);
        }
        return matcher;
    }
}
