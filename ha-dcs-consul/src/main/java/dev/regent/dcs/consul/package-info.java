/** The store on Consul: {@link dev.regent.dcs.consul.ConsulDcs} for {@link dev.regent.dcs.consul.ConsulSettings}. */
@NullMarked
package dev.regent.dcs.consul;

import org.jspecify.annotations.NullMarked;
