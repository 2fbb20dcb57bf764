/** Certificates and keys in the files that other programs read, too. Knows nothing of what is spoken over TLS. */
@NullMarked
package dev.regent.ha.tls;

import org.jspecify.annotations.NullMarked;
