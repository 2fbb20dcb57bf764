package dev.regent.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.Writer;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class CommandsTest {
    private static CommandLine meantBy(String... arguments) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Terminal terminal = new Terminal(
                new BufferedReader(Reader.nullReader()),
                nowhere,
                nowhere,
                Clock.systemUTC(),
                time -> {},
                Optional.empty());
        CommandLine program =
                new CommandLine(new Regentctl(terminal, Map.of(), (store, path) -> store.open(path, "test")));
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
