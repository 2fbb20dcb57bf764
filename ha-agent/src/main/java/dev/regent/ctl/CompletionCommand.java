package dev.regent.ctl;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code regentctl generate-completion}. */
@Command(
        name = "generate-completion",
        description = {
            "Prints a script that lets bash and zsh complete what is typed.",
            "To use it: source <(regentctl generate-completion)"
        },
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Regentctl program;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        if (spec != null) {
            Regentctl.above(program)
                    .terminal()
                    .print(AutoComplete.bash("regentctl", spec.root().commandLine()) + "\n");
        }
        return Regentctl.DONE;
    }
}
