/** A store inside this process: for tests, for trying Regent out, and for the simulation. */
@NullMarked
package dev.regent.testkit.store;

import org.jspecify.annotations.NullMarked;
