package dev.regent.ha.event;

/**
 * Hears what happens to a node, on a thread of its own and in order. A listener that is slower than what happens loses the
 * oldest events; it never delays the node.
 */
@FunctionalInterface
public interface HaListener {
    void onEvent(HaEvent event);
}
