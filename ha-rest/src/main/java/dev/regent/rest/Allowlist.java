package dev.regent.rest;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses that may change something. A list of which nothing can be used lets nobody in. Immutable. */
final class Allowlist {
    private static final Logger LOG = LoggerFactory.getLogger(Allowlist.class);

    private final List<Network> networks;

    private Allowlist(List<Network> networks) {
        this.networks = List.copyOf(networks);
    }

    /** Looks host names up, once; what cannot be used is told of and left out. */
    static Allowlist resolve(List<String> entries) {
        List<Network> networks = new ArrayList<>();
        for (String entry : entries) {
            try {
                networks.addAll(Network.parse(entry.trim()));
            } catch (UnknownHostException | IllegalArgumentException unusable) {
                LOG.error(
                        "restapi.allowlist: expected a network as 10.0.0.0/8, an address, or a host name that can be"
                                + " looked up, found \"{}\"; nobody is let in for it",
                        entry);
            }
        }
        return new Allowlist(networks);
    }

    boolean permits(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    /** Addresses that begin with the same bits; one address when these are all. */
    private record Network(InetAddress address, int bits) {
        static List<Network> parse(String entry) throws UnknownHostException {
            if (entry.isEmpty()) {
                throw new IllegalArgumentException("it is empty");
            }
            int slash = entry.indexOf('/');
            if (slash < 0) {
                return Arrays.stream(InetAddress.getAllByName(entry))
                        .map(address -> new Network(address, sizeOf(address)))
                        .toList();
            }
            InetAddress address = literal(entry.substring(0, slash));
            int bits = Integer.parseInt(entry.substring(slash + 1));
            if (bits < 0 || bits > sizeOf(address)) {
                throw new IllegalArgumentException("there are no " + bits + " bits in " + address);
            }
            return List.of(new Network(address, bits));
        }

        /** Networks are written in numbers, and looked up nowhere. */
        private static InetAddress literal(String text) throws UnknownHostException {
            if (!text.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
                throw new IllegalArgumentException(text + " is no address");
            }
            return InetAddress.getByName(text);
        }

        private static int sizeOf(InetAddress address) {
            return address.getAddress().length * Byte.SIZE;
        }

        boolean contains(InetAddress other) {
            byte[] mine = address.getAddress();
            byte[] given = other.getAddress();
            if (mine.length != given.length) {
                return false;
            }
            int whole = bits / Byte.SIZE;
            int rest = bits % Byte.SIZE;
            return Arrays.equals(mine, 0, whole, given, 0, whole)
                    && (rest == 0 || (mine[whole] ^ given[whole]) >> (Byte.SIZE - rest) == 0);
        }
    }
}
