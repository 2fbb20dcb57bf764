package dev.regent.dcs.etcd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** PEM files of an authority and of what it has signed, made by the JDK's keytool. */
final class TestCertificates {
    private static final String PASSWORD = "not-secret";

    private final Path folder;
    private final Path store;

    private TestCertificates(Path folder) {
        this.folder = folder;
        this.store = folder.resolve("keys.p12");
    }

    /** Writes {@code NAME.pem} and {@code NAME.key} for an authority, a server at 127.0.0.1, and a client. */
    static TestCertificates in(Path folder) throws Exception {
        TestCertificates made = new TestCertificates(folder);
        made.keytool("ca", "-keyalg", "EC", "-ext", "bc:c");
        made.keytool("server", "-keyalg", "EC", "-signer", "ca", "-ext", "san=ip:127.0.0.1");
        made.keytool("client", "-keyalg", "RSA", "-signer", "ca", "-ext", "eku=clientAuth");
        made.keytool("stranger", "-keyalg", "EC", "-ext", "bc:c");
        for (String name : List.of("ca", "server", "client", "stranger")) {
            made.export(name);
        }
        return made;
    }

    Path certificate(String name) {
        return folder.resolve(name + ".pem");
    }

    Path key(String name) {
        return folder.resolve(name + ".key");
    }

    private void keytool(String name, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", name));
        command.addAll(List.of("-dname", "CN=" + name, "-validity", "2", "-storetype", "PKCS12"));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        command.addAll(List.of(options));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("expected keytool to make a key for " + name + ", found: " + output);
        }
    }

    private void export(String name) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(store)) {
            keys.load(file, PASSWORD.toCharArray());
        }
        Certificate certificate = keys.getCertificate(name);
        Key key = keys.getKey(name, PASSWORD.toCharArray());
        Files.writeString(certificate(name), pem("CERTIFICATE", certificate.getEncoded()));
        Files.writeString(key(name), pem("PRIVATE KEY", key.getEncoded()));
    }

    static String pem(String what, byte[] content) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
    }
}
