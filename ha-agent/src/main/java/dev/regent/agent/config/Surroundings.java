package dev.regent.agent.config;

import dev.regent.agent.config.Schema.Rule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What can be found out on this host about values of a configuration. Immutable. */
final class Surroundings {
    private static final int CONNECT_MILLIS = 3_000;
    private static final List<String> NOT_ELSEWHERE = List.of("127.0.0.1", "0.0.0.0", "*", "::1", "localhost");
    private static final List<String> NEEDED =
            List.of("pg_ctl", "initdb", "pg_controldata", "pg_basebackup", "postgres", "pg_isready");
    private static final Pattern VERSION = Pattern.compile("(\\d+)(?:\\.|devel|beta|rc|\\s|$)");
    private static final int ALL_PORTS = 65_535;

    private final boolean portsMayBeInUse;
    private final boolean looksAround;

    private Surroundings(boolean portsMayBeInUse, boolean looksAround) {
        this.portsMayBeInUse = portsMayBeInUse;
        this.looksAround = looksAround;
    }

    static Surroundings ofThisHost(boolean portsMayBeInUse) {
        return new Surroundings(portsMayBeInUse, true);
    }

    /** Whatever a configuration says of this host is right. */
    static Surroundings unknown() {
        return new Surroundings(true, false);
    }

    Optional<String> problem(Rule rule, Object value, Section root) {
        String text = value.toString();
        if (rule.has("elsewhere")) {
            return elsewhere(text);
        }
        if (rule.has("listen")) {
            return listen(text, rule.path().startsWith("postgresql."));
        }
        if (!looksAround) {
            return Optional.empty();
        }
        if (rule.has("data-directory")) {
            return dataDirectory(text, root);
        }
        return rule.has("programs") ? programs(text, root) : Optional.empty();
    }

    private static Optional<String> elsewhere(String text) {
        Optional<InetSocketAddress> address = address(text, "");
        if (address.isEmpty()) {
            return Optional.of("contains a wrong value");
        }
        return NOT_ELSEWHERE.contains(host(text))
                ? Optional.of("must not contain \"127.0.0.1\", \"0.0.0.0\", \"*\", \"::1\", \"localhost\"")
                : Optional.empty();
    }

    private Optional<String> listen(String text, boolean portMayBeLeftOut) {
        String hosts = host(text);
        Optional<InetSocketAddress> address = address(text, portMayBeLeftOut ? "5432" : "");
        if (address.isEmpty()) {
            return Optional.of("contains a wrong value");
        }
        List<String> names = Arrays.asList(hosts.split(",", -1));
        if (names.contains("*") && names.size() > 1) {
            return Optional.of("expecting '*' alone");
        }
        int port = address.get().getPort();
        return portsMayBeInUse || names.stream().allMatch(name -> isFree(name.strip(), port))
                ? Optional.empty()
                : Optional.of("Port " + port + " is already in use.");
    }

    private static boolean isFree(String host, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(
                    host.equals("*")
                            ? new InetSocketAddress(port)
                            : new InetSocketAddress(InetAddress.getByName(host), port));
            return true;
        } catch (UnknownHostException elsewhere) {
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /** Whether nobody accepts a connection at {@code HOST:PORT}. */
    Optional<String> unreachable(String text, String usualPort) {
        Optional<InetSocketAddress> address = address(text.replaceFirst("^https?://", ""), usualPort);
        if (address.isEmpty()) {
            return Optional.of("contains a wrong value");
        }
        if (!looksAround) {
            return Optional.empty();
        }
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            address.get().getHostString(), address.get().getPort()),
                    CONNECT_MILLIS);
            return Optional.empty();
        } catch (IOException | IllegalArgumentException nobody) {
            return Optional.of(text + " is not reachable");
        }
    }

    private static String host(String text) {
        int colon = text.lastIndexOf(':');
        return (colon < 0 || text.endsWith("]") ? text : text.substring(0, colon)).replaceAll("[\\[\\]]", "");
    }

    private static Optional<InetSocketAddress> address(String text, String usualPort) {
        int colon = text.endsWith("]") ? -1 : text.lastIndexOf(':');
        String host = host(text);
        String port = colon < 0 ? usualPort : text.substring(colon + 1);
        if (host.isBlank() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > ALL_PORTS) {
            return Optional.empty();
        }
        return Optional.of(InetSocketAddress.createUnresolved(host, Integer.parseInt(port)));
    }

    private static Optional<String> programs(String directory, Section root) {
        if (!directory.isEmpty() && !Files.exists(Programs.path(directory))) {
            return Optional.of("Directory '" + directory + "' does not exist.");
        }
        if (!directory.isEmpty() && !Files.isDirectory(Programs.path(directory))) {
            return Optional.of("'" + directory + "' is not a directory.");
        }
        Section names = root.section("postgresql").section("bin_name");
        return NEEDED.stream()
                .map(program -> names.text(program).orElse(program))
                .filter(program -> Programs.find(directory, program).isEmpty())
                .findFirst()
                .map(program -> "does not contain '" + program + "' in '"
                        + (directory.isEmpty() ? Programs.searchPath() : directory) + "'");
    }

    private static Optional<String> dataDirectory(String text, Section root) {
        if (text.isBlank()) {
            return Optional.of("is an empty string");
        }
        Path directory = Programs.path(text);
        if (!Files.exists(directory)) {
            return Optional.empty();
        }
        if (!Files.isDirectory(directory)) {
            return Optional.of("is not a directory");
        }
        Path version = directory.resolve("PG_VERSION");
        if (!Files.exists(version)) {
            return isEmpty(directory) ? Optional.empty() : Optional.of("doesn't look like a valid data directory");
        }
        if (!Files.isDirectory(directory.resolve("pg_wal"))) {
            return Optional.of("data dir for the cluster is not empty, but doesn't contain \"pg_wal\" directory");
        }
        return otherVersion(version, root.section("postgresql").text("bin_dir").orElse(""));
    }

    private static boolean isEmpty(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        } catch (IOException unreadable) {
            return true;
        }
    }

    private static Optional<String> otherVersion(Path file, String binDir) {
        try {
            String data = Files.readString(file).strip();
            Optional<String> program = Programs.find(binDir, "postgres").flatMap(Surroundings::version);
            return program.filter(version -> !version.equals(data))
                    .map(version -> "data_dir directory postgresql version (" + data
                            + ") doesn't match with 'postgres --version' output (" + version + ")");
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** The major version of a server's program. */
    private static Optional<String> version(Path postgres) {
        return Programs.output(postgres.toString(), "--version").flatMap(text -> {
            Matcher version = VERSION.matcher(text);
            return version.find() ? Optional.of(version.group(1)) : Optional.empty();
        });
    }
}
