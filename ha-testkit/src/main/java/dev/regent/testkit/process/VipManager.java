package dev.regent.testkit.process;

import dev.regent.ha.model.Address;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A vip-manager that gives its network an address while one node leads, as an entry in Consul says. Used by one thread at a
 * time. Closing it leaves nothing behind.
 */
public final class VipManager implements AutoCloseable {
    private final NetworkNamespace network;
    private final String address;
    private final TcpProxy road;
    private final TemporaryFolder folder;
    private final ServerProcess process;

    private VipManager(NetworkNamespace network, String address, TcpProxy road, List<String> arguments)
            throws IOException {
        this.network = network;
        this.address = address;
        this.road = road;
        this.folder = TemporaryFolder.create("regent-vip-");
        Path program = ExecutableFile.require("vip-manager", "apt-get install vip-manager");
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        this.process = new LocalProcess(network.command(command), folder.path());
    }

    /**
     * A vip-manager that runs inside of the network.
     *
     * @param key the entry in the store, without a slash before it
     * @param node whose name in the entry gives this network the address
     */
    public static VipManager start(NetworkNamespace network, Address consul, String key, String node, String address)
            throws IOException {
        TcpProxy road = TcpProxy.to(consul, network.hostAddress());
        VipManager manager = new VipManager(
                network,
                address,
                road,
                List.of(
                        "--dcs-type=consul",
                        "--dcs-endpoints=http://" + road.address(),
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
        road.close();
        folder.close();
    }
}
