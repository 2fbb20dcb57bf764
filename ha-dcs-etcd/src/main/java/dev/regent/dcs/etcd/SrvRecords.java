package dev.regent.dcs.etcd;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;

/** Finds etcd's servers by the SRV records of a domain. Immutable. */
final class SrvRecords {
    /** In the order in which they are looked for; the first of which there are any counts. */
    private static final List<String> SERVICES = List.of("_etcd-client-ssl", "_etcd-client", "_etcd-ssl", "_etcd");

    private static final String SRV = "SRV";
    private static final int FIELDS = 4;

    /** Each further try waits twice as long: three seconds in all for a name server that is silent. */
    private static final String FIRST_PATIENCE_MILLIS = "1000";

    private static final String TRIES = "2";

    private final String nameServers;

    /** What a record says. */
    private record Server(int priority, int weight, URI endpoint) {}

    private SrvRecords(String nameServers) {
        this.nameServers = nameServers;
    }

    /** As this host looks names up. */
    static SrvRecords ofThisHost() {
        return new SrvRecords("dns:");
    }

    /** By the servers in a URL such as {@code dns://10.0.0.1:53}. */
    static SrvRecords by(String nameServers) {
        return new SrvRecords(nameServers);
    }

    /** The servers, the best first; that there are none is an {@link IllegalArgumentException} for people. */
    List<URI> endpoints(String domain, Optional<String> suffix) {
        List<String> problems = new ArrayList<>();
        for (String service : SERVICES) {
            String name = service + suffix.map(text -> "-" + text).orElse("") + "._tcp." + domain;
            try {
                List<Server> servers = lookUp(name, service.endsWith("-ssl") ? "https" : "http");
                if (!servers.isEmpty()) {
                    return servers.stream()
                            .sorted(Comparator.comparingInt(Server::priority)
                                    .thenComparing(Server::weight, Comparator.reverseOrder()))
                            .map(Server::endpoint)
                            .toList();
                }
            } catch (NameNotFoundException absent) {
                problems.add(name + ": no such name");
            } catch (NamingException unanswered) {
                problems.add(name + ": " + unanswered.getMessage());
            }
        }
        throw new IllegalArgumentException("expected SRV records that say where etcd is, for example _etcd-client._tcp."
                + domain + ", found none (" + String.join("; ", problems) + "): add them, or set hosts instead of srv");
    }

    /** Only the provider for DNS is asked, and only for SRV records, which are text: no object comes out of it. */
    @SuppressWarnings({"BanJNDI", "JdkObsolete"})
    private List<Server> lookUp(String name, String scheme) throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, nameServers);
        environment.put("com.sun.jndi.dns.timeout.initial", FIRST_PATIENCE_MILLIS);
        environment.put("com.sun.jndi.dns.timeout.retries", TRIES);
        DirContext context = new InitialDirContext(environment);
        try {
            Attribute records = context.getAttributes(name, new String[] {SRV}).get(SRV);
            List<Server> servers = new ArrayList<>();
            if (records != null) {
                NamingEnumeration<?> each = records.getAll();
                while (each.hasMore()) {
                    server(String.valueOf(each.next()), scheme).ifPresent(servers::add);
                }
            }
            return servers;
        } finally {
            context.close();
        }
    }

    /** Of {@code PRIORITY WEIGHT PORT TARGET.}; absent for a target that is no host. */
    private static Optional<Server> server(String record, String scheme) {
        String[] fields = record.split(" ", -1);
        if (fields.length != FIELDS || fields[FIELDS - 1].equals(".")) {
            return Optional.empty();
        }
        String host = fields[FIELDS - 1].replaceFirst("\\.$", "");
        return Optional.of(new Server(
                Integer.parseInt(fields[0]),
                Integer.parseInt(fields[1]),
                URI.create(scheme + "://" + host + ":" + fields[2])));
    }
}
