/**
 * The pure decision: an immutable {@link dev.regent.ha.decision.Snapshot} in, one {@link dev.regent.ha.decision.Action}
 * with a {@link dev.regent.ha.decision.Reason} out. One class per situation; {@link dev.regent.ha.decision.Decider} is
 * the table of contents.
 */
@NullMarked
package dev.regent.ha.decision;

import org.jspecify.annotations.NullMarked;
