package dev.regent.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class CommandsTest {
    @Command(name = "regentctl")
    private static final class Program {}

    private static CommandLine meantBy(String... arguments) {
        CommandLine program = new CommandLine(new Program());
        Commands.addMeantBy(arguments, program);
        return program;
    }

    @Test
    void eachCommandIsKnownByTheNameThatItGivesItself() {
        assertThat(meantBy().getSubcommands())
                .hasSizeGreaterThan(20)
                .allSatisfy((name, command) -> assertThat(command.getCommand()
                                .getClass()
                                .getAnnotation(Command.class)
                                .name())
                        .isEqualTo(name));
    }

    @Test
    void onlyWhatIsNamedIsBuilt() {
        assertThat(meantBy("-c", "some.yml", "list").getSubcommands()).containsOnlyKeys("list");
        assertThat(meantBy("topology", "list").getSubcommands()).containsOnlyKeys("topology", "list");
    }

    @Test
    void whoNamesNoneOrAsksForAllHasAll() {
        int all = meantBy("--help").getSubcommands().size();

        assertThat(meantBy("lst").getSubcommands()).hasSize(all);
        assertThat(meantBy("generate-completion").getSubcommands()).hasSize(all);
    }
}
