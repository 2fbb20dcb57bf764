/** Runs the cycle observe, decide, act, on one thread; owns the key layout of the store. */
@NullMarked
package dev.regent.ha.engine;

import org.jspecify.annotations.NullMarked;
