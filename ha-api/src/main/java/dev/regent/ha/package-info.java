/** Start here: {@link dev.regent.ha.HaNode} runs one node, {@link dev.regent.ha.ClusterAdmin} asks the cluster for something. */
@NullMarked
package dev.regent.ha;

import org.jspecify.annotations.NullMarked;
