/** The agent: a node as a process of its own, configured by a file. */
@NullMarked
package dev.regent.agent;

import org.jspecify.annotations.NullMarked;
