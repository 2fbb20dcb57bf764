/** The PostgreSQL server of this node: its process, its files, its data, and SQL on it. */
@NullMarked
package dev.regent.postgres;

import org.jspecify.annotations.NullMarked;
