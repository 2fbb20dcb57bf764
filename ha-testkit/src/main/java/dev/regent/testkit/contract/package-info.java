/** What every store and every managed server must do, as tests to extend. */
@NullMarked
package dev.regent.testkit.contract;

import org.jspecify.annotations.NullMarked;
