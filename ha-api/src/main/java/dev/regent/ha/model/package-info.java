/** Immutable values every other package speaks in: names, positions, the cluster as read from the store, configuration. */
@NullMarked
package dev.regent.ha.model;

import org.jspecify.annotations.NullMarked;
