/** The HTTP API of a node, and the client by which nodes ask each other through it. */
@NullMarked
package dev.regent.rest;

import org.jspecify.annotations.NullMarked;
