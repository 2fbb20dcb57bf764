/** What the agent writes of what it does: lines of text or JSON, to standard error or to files. */
@NullMarked
package dev.regent.agent.log;

import org.jspecify.annotations.NullMarked;
