package dev.regent.rest;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Who sends a request, as far as the connection and the header fields tell. Immutable.
 *
 * @param address absent when the connection is gone already
 * @param certified the other side has shown a certificate that was found good
 * @param origin the site whose page made a browser send this; absent from everything but browsers
 * @param host what the request says that it was sent to
 */
record Caller(
        Optional<InetAddress> address,
        boolean certified,
        Optional<String> authorization,
        Optional<String> origin,
        Optional<String> host) {

    /** Whether a page of another site made a browser send this, with whatever passwords the browser remembers. */
    boolean isSentByForeignPage() {
        return origin.isPresent()
                && !origin.get().replaceFirst("^https?://", "").equalsIgnoreCase(host.orElse(""));
    }
}
