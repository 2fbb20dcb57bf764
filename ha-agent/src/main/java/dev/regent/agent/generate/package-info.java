/** Configurations to begin with: a sample, and what describes a server that runs already. */
@NullMarked
package dev.regent.agent.generate;

import org.jspecify.annotations.NullMarked;
