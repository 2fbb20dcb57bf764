/** The command line: shows a cluster and asks it for something, from anywhere. */
@NullMarked
package dev.regent.ctl;

import org.jspecify.annotations.NullMarked;
