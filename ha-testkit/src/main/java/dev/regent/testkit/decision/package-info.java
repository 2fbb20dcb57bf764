/** Snapshots for tests of decisions and of election policies: only the facts that matter need to be said. */
@NullMarked
package dev.regent.testkit.decision;

import org.jspecify.annotations.NullMarked;
