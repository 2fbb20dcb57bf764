package dev.regent.ha.spi;

import java.util.Map;
import java.util.Set;

/**
 * Opens a kind of store by the name that configuration files have for it. Programs that are configured by a file find
 * providers with {@link java.util.ServiceLoader}; who embeds a node opens the store itself. Stateless.
 */
public interface DcsProvider {
    /** The names of the sections that describe this kind of store, {@code etcd3} for example. */
    Set<String> sections();

    /**
     * Opens the store without connecting. Settings that make no sense are an {@link IllegalArgumentException} that names the
     * key, what was expected and what was found.
     *
     * @param section which of {@link #sections()} the settings come from
     * @param settings the content of the section: text, numbers, booleans, lists and maps of these
     * @param prefix what all keys of the cluster begin with, {@code /service/demo/} for example
     * @param client who opens it, for people who look into the store: {@code SCOPE-MEMBER}
     */
    Dcs open(String section, Map<String, ?> settings, String prefix, String client);
}
