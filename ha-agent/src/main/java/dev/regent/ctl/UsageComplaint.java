package dev.regent.ctl;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in the words that users of the reference know. */
final class UsageComplaint {
    private UsageComplaint() {}

    static String of(ParameterException wrong) {
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched);
        }
        if (wrong instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()
                && missing.getMissing().get(0).isPositional()) {
            return "Missing argument '" + missing.getMissing().get(0).paramLabel() + "'.";
        }
        ArgSpec argument = wrong.getArgSpec();
        String value = wrong.getValue();
        if (argument instanceof OptionSpec option && value != null) {
            return invalid(option, value);
        }
        return String.valueOf(wrong.getMessage());
    }

    private static String unmatched(UnmatchedArgumentException wrong) {
        String first = wrong.getUnmatched().get(0);
        if (first.startsWith("-")) {
            return "No such option: " + first;
        }
        boolean isProgram = wrong.getCommandLine().getParent() == null;
        return isProgram ? "No such command '" + first + "'." : "Got unexpected extra argument (" + first + ")";
    }

    private static String invalid(OptionSpec option, String value) {
        String names = longNamesFirst(option);
        Object[] choices = option.type().getEnumConstants();
        if (choices != null) {
            return "Invalid value for " + names + ": '" + value + "' is not one of "
                    + Arrays.stream(choices).map(choice -> "'" + choice + "'").collect(Collectors.joining(", "))
                    + ".";
        }
        String kind = option.type() == Integer.class ? "integer" : "value";
        return "Invalid value for " + names + ": '" + value + "' is not a valid " + kind + ".";
    }

    private static String longNamesFirst(OptionSpec option) {
        String[] names = option.names();
        return IntStream.range(0, names.length)
                .mapToObj(i -> "'" + names[names.length - 1 - i] + "'")
                .collect(Collectors.joining(" / "));
    }
}
