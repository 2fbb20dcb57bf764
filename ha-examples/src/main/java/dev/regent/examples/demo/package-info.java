/** The demonstration: three nodes, a writer, a killed primary and a planned switchover, and what the writer noticed. */
@NullMarked
package dev.regent.examples.demo;

import org.jspecify.annotations.NullMarked;
