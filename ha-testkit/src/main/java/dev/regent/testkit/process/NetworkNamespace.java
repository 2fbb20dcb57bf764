package dev.regent.testkit.process;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A network of its own on this Linux host, as another host has it, with a cable to this one. Only root may make one. Closing
 * it leaves nothing behind. Used by one thread at a time.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final int SECONDS_TO_END = 10;
    private static final int LAST_NUMBER = 250;

    private final int number;
    private final String name;

    private NetworkNamespace(int number) {
        this.number = number;
        this.name = "regent" + number + "-" + ProcessHandle.current().pid();
    }

    /** A new one that this host reaches; its number, from 1 to 250, is that of no other that exists at the same time. */
    public static NetworkNamespace create(int number) throws IOException, InterruptedException {
        if (number < 1 || number > LAST_NUMBER) {
            throw new IllegalArgumentException("expected a number from 1 to " + LAST_NUMBER + ", found " + number);
        }
        NetworkNamespace created = new NetworkNamespace(number);
        try {
            created.connect();
            return created;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            created.close();
            throw failed;
        }
    }

    private void connect() throws IOException, InterruptedException {
        ip("netns", "add", name);
        ip("link", "add", cable(), "type", "veth", "peer", "name", device(), "netns", name);
        ip("addr", "add", hostAddress().getHostAddress() + "/24", "dev", cable());
        ip("link", "set", cable(), "up");
        ip("-n", name, "addr", "add", address(2) + "/24", "dev", device());
        ip("-n", name, "link", "set", device(), "up");
        ip("-n", name, "link", "set", "lo", "up");
    }

    /** What the end of the cable on this host is called; names of devices are short. */
    private String cable() {
        return "rg" + number + "-" + ProcessHandle.current().pid() % 1_000_000;
    }

    /** The network device on the inside. */
    public String device() {
        return "cable0";
    }

    /** Where programs on the inside reach this host. */
    public InetAddress hostAddress() throws IOException {
        return InetAddress.getByName(address(1));
    }

    private String address(int last) {
        return "10.213." + number + "." + last;
    }

    /** The command as it runs on the inside. */
    List<String> command(List<String> command) {
        return Stream.concat(Stream.of(program(), "netns", "exec", name), command.stream())
                .toList();
    }

    /** Whether the inside has the address. */
    public boolean has(String address) throws IOException, InterruptedException {
        return ip("-n", name, "-o", "addr", "show").contains(" " + address + "/");
    }

    private static String program() {
        return ExecutableFile.require("ip", "apt-get install iproute2").toString();
    }

    private static String ip(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("expected to make a network, which root may, but " + String.join(" ", command)
                    + " says: " + output.strip());
        }
        return output;
    }

    @Override
    public void close() {
        try {
            ip("netns", "delete", name);
        } catch (IOException absent) {
            // It was never made, or is gone already.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
