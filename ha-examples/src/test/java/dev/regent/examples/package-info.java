@NullMarked
package dev.regent.examples;

import org.jspecify.annotations.NullMarked;
