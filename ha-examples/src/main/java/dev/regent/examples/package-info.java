/** One runnable class per lesson, each run by a test. */
@NullMarked
package dev.regent.examples;

import org.jspecify.annotations.NullMarked;
