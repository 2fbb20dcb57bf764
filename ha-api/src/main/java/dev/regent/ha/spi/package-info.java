/** What Regent needs from the outside world: a store, a server, peers, an election policy, a watchdog. */
@NullMarked
package dev.regent.ha.spi;

import org.jspecify.annotations.NullMarked;
