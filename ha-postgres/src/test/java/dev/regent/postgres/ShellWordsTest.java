package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShellWordsTest {
    @Test
    void wordsAreThoseOfAShell() {
        assertThat(ShellWords.of("/opt/tools/restore.sh --profile \"blue green\" 'a\"b' c\\ d \"e\\\"f\\g\" ''"))
                .containsExactly("/opt/tools/restore.sh", "--profile", "blue green", "a\"b", "c d", "e\"f\\g", "");
        assertThatThrownBy(() -> ShellWords.of("sh 'x")).hasMessageContaining("balanced quotes");
        assertThatThrownBy(() -> ShellWords.of("  ")).hasMessageContaining("expected a command");
    }

    @Test
    void oneQuotedWordLosesItsQuotes() {
        assertThat(ShellWords.unquoted("\"bar baz\"")).isEqualTo("bar baz");
        assertThat(ShellWords.unquoted("'\"C\"'")).isEqualTo("\"C\"");
        assertThat(ShellWords.unquoted("a b")).isEqualTo("a b");
        assertThat(ShellWords.unquoted("'a' 'b'")).isEqualTo("'a' 'b'");
    }
}
