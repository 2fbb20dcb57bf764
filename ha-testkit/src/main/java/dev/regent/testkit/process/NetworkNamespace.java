package dev.regent.testkit.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A network of its own on this Linux host, as another host has it: with a network device that has an address, and without a way to anybody but
 * where {@link #reach} leads. Anybody may make one: inside, an ordinary user is root of that network alone. Closing it leaves
 * nothing behind. Used by one thread at a time.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final String DEVICE = "cable0";
    private static final String MADE = "made";

    /** It lasts as long as this process, whose input ends with ours. */
    private static final String MAKE = String.join(
            " && ",
            "ip link set lo up",
            "ip link add " + DEVICE + " type veth peer name cable1",
            "ip addr add 10.213.1.2/24 dev " + DEVICE,
            "ip link set " + DEVICE + " up",
            "ip link set cable1 up",
            "echo " + MADE,
            "exec cat");

    private static final String DOOR = """
            defaults
                mode tcp
                timeout connect 4s
                timeout client 1m
                timeout server 1m

            listen door
                bind %s
                server there %s
            """;

    private final Process inside;
    private final TemporaryFolder folder;
    private final List<ServerProcess> doors = new ArrayList<>();

    private NetworkNamespace(Process inside, TemporaryFolder folder) {
        this.inside = inside;
        this.folder = folder;
    }

    public static NetworkNamespace create() throws IOException {
        List<String> command = new ArrayList<>(List.of(program("unshare", "util-linux")));
        if (!isRoot()) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of("--net", "sh", "-c", MAKE));
        Process inside = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader output = inside.inputReader(StandardCharsets.UTF_8);
        @Nullable String first = output.readLine();
        if (!MADE.equals(first)) {
            throw new IOException("expected to make a network, found: " + first
                    + output.lines().collect(Collectors.joining("\n", "\n", ""))
                    + ": only root may where the kernel keeps users from namespaces of their own");
        }
        return new NetworkNamespace(inside, TemporaryFolder.create("regent-network-"));
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static String program(String name, String debianPackage) {
        return ExecutableFile.require(name, "apt-get install " + debianPackage).toString();
    }

    /** The network device on the inside. */
    public String device() {
        return DEVICE;
    }

    /** From now on port of the inside's 127.0.0.1 leads to the same one of this host: through a socket file, which networks share. */
    public void reach(int port) throws IOException {
        String file = "unix@" + folder.path().resolve("door" + port);
        String address = "127.0.0.1:" + port;
        open(door(file, address));
        open(command(door(address, file)));
    }

    private List<String> door(String from, String to) throws IOException {
        Path configuration = Files.createTempFile(folder.path(), "door", ".cfg");
        Files.writeString(configuration, DOOR.formatted(from, to));
        return List.of(program("haproxy", "haproxy"), "-db", "-f", configuration.toString());
    }

    private void open(List<String> door) throws IOException {
        ServerProcess process = new LocalProcess(door, folder.path());
        doors.add(process);
        process.start();
    }

    /** The command as it runs on the inside. */
    List<String> command(List<String> command) {
        List<String> enter = new ArrayList<>(List.of(program("nsenter", "util-linux")));
        enter.add("--target=" + inside.pid());
        if (!isRoot()) {
            enter.addAll(List.of("--user", "--preserve-credentials"));
        }
        enter.add("--net");
        return Stream.concat(enter.stream(), command.stream()).toList();
    }

    /** Whether the inside has the address. */
    public boolean has(String address) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(List.of(program("ip", "iproute2"), "-o", "addr", "show")))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("expected to see the addresses of a network, found: " + output.strip());
        }
        return output.contains(" " + address + "/");
    }

    @Override
    public void close() {
        doors.forEach(ServerProcess::close);
        inside.destroyForcibly().onExit().join();
        folder.close();
    }
}
