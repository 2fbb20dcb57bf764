package dev.regent.postgres;

import dev.regent.testkit.process.OrdinaryUser;
import dev.regent.testkit.process.TemporaryFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An authority and what it has signed and taken back, as people make them with openssl; the server's user may read it all. */
final class OpensslCertificates implements AutoCloseable {
    static final String KEY_PASSWORD = "open sesame, 'key'";

    private static final List<String> KEY = List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");

    private final TemporaryFolder folder;

    private OpensslCertificates(TemporaryFolder folder) {
        this.folder = folder;
    }

    static OpensslCertificates create() throws IOException, InterruptedException {
        OrdinaryUser user = OrdinaryUser.choose();
        OpensslCertificates made = new OpensslCertificates(TemporaryFolder.create("regent-certificates", user));
        made.request("ca", "-nodes", "-addext", "keyUsage=keyCertSign,cRLSign");
        made.sign("server", "-nodes", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost");
        made.sign("elsewhere", "-nodes", "-addext", "subjectAltName=DNS:elsewhere.example");
        made.sign("replicator", "-passout", "pass:" + KEY_PASSWORD);
        made.sign("rewinder", "-nodes");
        made.takeBack();
        user.own(made.folder.path());
        return made;
    }

    Path certificate(String name) {
        return folder.path().resolve(name + ".crt");
    }

    Path key(String name) {
        return folder.path().resolve(name + ".key");
    }

    /** Lists the certificate of the server, or nothing. */
    Path revocationList(boolean withServer) {
        return folder.path().resolve(withServer ? "server.crl" : "nothing.crl");
    }

    /** What a client needs that trusts nobody else, and shows nothing. */
    Map<String, String> trusting() {
        return new TreeMap<>(Map.of(
                "sslmode",
                "verify-full",
                "sslrootcert",
                certificate("ca").toString(),
                "sslcrl",
                revocationList(false).toString()));
    }

    /** The same for one who shows a certificate. */
    Map<String, String> showing(String name) {
        Map<String, String> options = trusting();
        options.put("sslcert", certificate(name).toString());
        options.put("sslkey", key(name).toString());
        return options;
    }

    private void sign(String name, String... further) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(
                List.of("-CA", certificate("ca").toString(), "-CAkey", key("ca").toString()));
        options.addAll(List.of(further));
        request(name, options.toArray(String[]::new));
    }

    private void request(String name, String... further) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("req", "-x509", "-days", "2", "-subj", "/CN=" + name));
        command.addAll(KEY);
        command.addAll(List.of(
                "-out", certificate(name).toString(), "-keyout", key(name).toString()));
        command.addAll(List.of(further));
        openssl(command);
    }

    private void takeBack() throws IOException, InterruptedException {
        Path config = folder.path().resolve("ca.cnf");
        Path index = Files.createFile(folder.path().resolve("index.txt"));
        Files.writeString(
                config,
                "[ca]\ndefault_ca = own\n[own]\ndatabase = " + index + "\ndefault_md = sha256\ndefault_crl_days = 2\n");
        List<String> authority = List.of(
                "ca",
                "-config",
                config.toString(),
                "-cert",
                certificate("ca").toString(),
                "-keyfile",
                key("ca").toString());
        openssl(authority, "-gencrl", "-out", revocationList(false).toString());
        openssl(authority, "-revoke", certificate("server").toString());
        openssl(authority, "-gencrl", "-out", revocationList(true).toString());
    }

    private static void openssl(List<String> arguments, String... further) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(arguments);
        command.addAll(List.of(further));
        Process openssl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (openssl.waitFor() != 0) {
            throw new IOException("expected openssl to succeed, found: " + output);
        }
    }

    @Override
    public void close() {
        folder.close();
    }
}
