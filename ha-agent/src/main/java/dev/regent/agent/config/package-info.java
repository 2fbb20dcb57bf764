/** The agent's configuration: from files and environment to checked values. */
@NullMarked
package dev.regent.agent.config;

import org.jspecify.annotations.NullMarked;
