package dev.regent.rest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** PEM files of an authority and of what it has signed, made by the JDK's keytool. */
final class Certificates {
    private static final String PASSWORD = "not-secret";

    private final Path folder;
    private final Path store;

    private Certificates(Path folder) {
        this.folder = folder;
        this.store = folder.resolve("keys.p12");
    }

    /** {@code NAME.pem} and {@code NAME.key} of an authority, two servers, a client, and an impostor of the authority. */
    static Certificates in(Path folder) throws Exception {
        Certificates made = new Certificates(folder);
        made.make("ca", "-keyalg", "EC", "-ext", "bc:c");
        made.make("server", "-keyalg", "EC", "-signer", "ca", "-ext", "san=ip:127.0.0.1");
        made.make("renewed", "-keyalg", "RSA", "-signer", "ca", "-ext", "san=ip:127.0.0.1");
        made.make("client", "-keyalg", "EC", "-signer", "ca", "-ext", "eku=clientAuth");
        made.make("stranger", "-keyalg", "EC", "-ext", "bc:c");
        return made;
    }

    Path certificate(String name) {
        return folder.resolve(name + ".pem");
    }

    Path key(String name) {
        return folder.resolve(name + ".key");
    }

    /** The files of a server or a client that trusts the authority. */
    TlsFiles files(String name) {
        return new TlsFiles(
                Optional.of(certificate(name)),
                Optional.of(key(name)),
                Optional.empty(),
                Optional.of(certificate("ca")));
    }

    private void make(String name, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", name));
        command.addAll(List.of(
                "-dname", "CN=" + (name.equals("stranger") ? "ca" : name), "-validity", "2", "-storetype", "PKCS12"));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        command.addAll(List.of(options));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("expected keytool to make a key for " + name + ", found: " + output);
        }
        export(name);
    }

    private void export(String name) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(store)) {
            keys.load(file, PASSWORD.toCharArray());
        }
        Key key = keys.getKey(name, PASSWORD.toCharArray());
        Files.writeString(
                certificate(name), pem("CERTIFICATE", keys.getCertificate(name).getEncoded()));
        Files.writeString(key(name), pem("PRIVATE KEY", key.getEncoded()));
    }

    static String pem(String what, byte[] content) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
    }
}
