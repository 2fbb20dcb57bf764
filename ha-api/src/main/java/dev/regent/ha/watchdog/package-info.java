/** Watchdog devices: when they are armed, fed and disarmed, and the drivers for those that Regent knows. */
@NullMarked
package dev.regent.ha.watchdog;

import org.jspecify.annotations.NullMarked;
