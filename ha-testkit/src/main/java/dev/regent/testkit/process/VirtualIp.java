package dev.regent.testkit.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A vip-manager that gives its network an address while one node leads, as an entry in etcd's API v2 says. Used by one thread
 * at a time. Closing it leaves nothing behind.
 */
public final class VirtualIp implements AutoCloseable {
    private final NetworkNamespace network;
    private final String address;
    private final TemporaryFolder folder;
    private final ServerProcess process;

    private VirtualIp(NetworkNamespace network, String address, List<String> command) throws IOException {
        this.network = network;
        this.address = address;
        this.folder = TemporaryFolder.create("regent-vip-");
        this.process = new LocalProcess(network.command(command), folder.path());
    }

    /**
     * A vip-manager that runs inside of the network.
     *
     * @param endpoint where the store is reached from there
     * @param key the entry in the store
     * @param node whose name in the entry gives this network the address
     */
    public static VirtualIp start(NetworkNamespace network, String endpoint, String key, String node, String address)
            throws IOException {
        Path program = ExecutableFile.require("vip-manager", "apt-get install vip-manager");
        VirtualIp manager = new VirtualIp(
                network,
                address,
                List.of(
                        program.toString(),
                        "--dcs-type=etcd",
                        "--dcs-endpoints=" + endpoint,
                        "--trigger-key=" + key,
                        "--trigger-value=" + node,
                        "--ip=" + address,
                        "--netmask=24",
                        "--interface=" + network.device(),
                        "--interval=200"));
        manager.process.start();
        return manager;
    }

    /** Whether the network has the address now; a vip-manager that has ended is an {@link IOException}. */
    public boolean holdsAddress() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new IOException("expected vip-manager to run, it has ended:\n" + process.lastOutput());
        }
        return network.has(address);
    }

    @Override
    public void close() {
        process.close();
        folder.close();
    }
}
