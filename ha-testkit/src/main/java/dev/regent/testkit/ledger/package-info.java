/** A client that writes all the time and remembers what was acknowledged: the measure of every failover. */
@NullMarked
package dev.regent.testkit.ledger;

import org.jspecify.annotations.NullMarked;
