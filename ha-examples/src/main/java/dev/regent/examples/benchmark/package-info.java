/** How long clients cannot write when leadership changes hands, measured by a client in a loop, next to a peer. */
@NullMarked
package dev.regent.examples.benchmark;

import org.jspecify.annotations.NullMarked;
