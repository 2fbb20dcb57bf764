package dev.regent.dcs.consul;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a PEM file holds: any order of certificates and one key. Immutable. */
record Pem(Path file, List<Block> blocks) {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    record Block(String label, String base64) {
        byte[] der() {
            return Base64.getMimeDecoder().decode(base64);
        }
    }

    static Pem read(Path file) throws IOException {
        List<Block> blocks = new ArrayList<>();
        try {
            Matcher found = BLOCK.matcher(Files.readString(file, StandardCharsets.US_ASCII));
            while (found.find()) {
                blocks.add(new Block(found.group(1), found.group(2)));
            }
        } catch (NoSuchFileException missing) {
            throw new IOException("there is no file " + file, missing);
        }
        return new Pem(file, List.copyOf(blocks));
    }

    /** At least one. */
    List<X509Certificate> certificates() throws GeneralSecurityException, IOException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks) {
            if (block.label().equals("CERTIFICATE")) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
            }
        }
        if (certificates.isEmpty()) {
            throw new IOException(file + " holds no certificate in PEM form");
        }
        return certificates;
    }

    PrivateKey privateKey() throws GeneralSecurityException, IOException {
        for (Block block : blocks) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return key(block.der());
                }
                case "RSA PRIVATE KEY" -> {
                    return key(Pkcs8.ofRsa(block.der()));
                }
                case "EC PRIVATE KEY" -> {
                    return key(Pkcs8.ofEc(block.der()));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new IOException("the key in " + file + " is encrypted: provide one without a password");
                default -> {}
            }
        }
        throw new IOException(file + " holds no private key in PEM form");
    }

    private PrivateKey key(byte[] pkcs8) throws GeneralSecurityException, IOException {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException another) {
                // The next algorithm may know it
            }
        }
        throw new IOException("the key in " + file + " is none of " + KEY_ALGORITHMS);
    }
}
