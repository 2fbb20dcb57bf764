/**
 * The deterministic simulation: a cluster of real engines over a simulated store, network and servers, in virtual time,
 * with faults chosen by a seed. {@link dev.regent.testkit.sim.SimulateMain} runs it.
 */
@NullMarked
package dev.regent.testkit.sim;

import org.jspecify.annotations.NullMarked;
