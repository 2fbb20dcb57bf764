/** Real servers for tests: started on free ports in folders of their own, broken in every way, gone when closed. */
@NullMarked
package dev.regent.testkit.process;

import org.jspecify.annotations.NullMarked;
