package dev.regent.dcs.etcd;

import dev.regent.testkit.process.TemporaryFolder;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;

/** An etcd server that speaks TLS and asks every client for a certificate. */
final class SecureEtcd implements AutoCloseable {
    private final TemporaryFolder folder;
    private final TestCertificates certificates;
    private final int port;
    private final Process process;

    private SecureEtcd(TemporaryFolder folder, TestCertificates certificates, int port, Process process) {
        this.folder = folder;
        this.certificates = certificates;
        this.port = port;
        this.process = process;
    }

    static SecureEtcd start() throws Exception {
        TemporaryFolder folder = TemporaryFolder.create("regent-secure-etcd-");
        TestCertificates certificates = TestCertificates.in(folder.path());
        int port = freePort();
        String clients = "https://127.0.0.1:" + port;
        String peers = "http://127.0.0.1:" + freePort();
        Path output = folder.path().resolve("output.log");
        Process process = new ProcessBuilder(List.of(
                        "etcd",
                        "--name=secure",
                        "--data-dir=" + folder.path().resolve("data"),
                        "--listen-client-urls=" + clients,
                        "--advertise-client-urls=" + clients,
                        "--listen-peer-urls=" + peers,
                        "--initial-advertise-peer-urls=" + peers,
                        "--initial-cluster=secure=" + peers,
                        "--cert-file=" + certificates.certificate("server"),
                        "--key-file=" + certificates.key("server"),
                        "--trusted-ca-file=" + certificates.certificate("ca"),
                        "--client-cert-auth"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new SecureEtcd(folder, certificates, port, process);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    TestCertificates certificates() {
        return certificates;
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        folder.close();
    }
}
