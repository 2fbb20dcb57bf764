/** Whole clusters of agent processes over real PostgreSQL, ours or a peer's: started, hurt, watched, cleaned away. */
@NullMarked
package dev.regent.testkit.cluster;

import org.jspecify.annotations.NullMarked;
