/** What a node tells its listeners: decisions, changes of leadership, long operations, contact with the store. */
@NullMarked
package dev.regent.ha.event;

import org.jspecify.annotations.NullMarked;
