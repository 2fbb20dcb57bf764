package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SynchronousNamesTest {
    @Test
    void namesAreFoundInEveryFormThatPostgresqlTakes() {
        assertThat(SynchronousNames.namesIn("")).isEmpty();
        assertThat(SynchronousNames.namesIn("*")).containsExactly("*");
        assertThat(SynchronousNames.namesIn("node1, Node2")).containsExactlyInAnyOrder("node1", "node2");
        assertThat(SynchronousNames.namesIn("2 (node1, \"node-2\")")).containsExactlyInAnyOrder("node1", "node-2");
        assertThat(SynchronousNames.namesIn("FIRST 1 (\"a,b\",\"c\"\"d\")")).containsExactlyInAnyOrder("a,b", "c\"d");
        assertThat(SynchronousNames.namesIn("ANY 2 (a,b,c)")).containsExactlyInAnyOrder("a", "b", "c");
    }
}
