/** Kills agents, servers and their tools at bad moments, again and again, and looks whether anything was lost or left over. */
@NullMarked
package dev.regent.examples.torture;

import org.jspecify.annotations.NullMarked;
