/** The store on etcd v3: one channel to one endpoint at a time, moved on as soon as that endpoint does not answer. */
@NullMarked
package dev.regent.dcs.etcd;

import org.jspecify.annotations.NullMarked;
