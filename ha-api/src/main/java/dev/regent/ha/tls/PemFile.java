package dev.regent.ha.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What stands in a PEM file: certificates, a private key, revocation lists, in any order. Keys are in PKCS#8, encrypted or
 * not, or in the older forms of RSA and elliptic curve keys. Immutable.
 */
public record PemFile(Path path, List<Block> blocks) {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]+(?:-[^-]+)*)-----END \\1-----");
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    /** What stands between two lines that say what it is. */
    public record Block(String label, String content) {
        public byte[] der() {
            return Base64.getMimeDecoder().decode(content);
        }

        /** As OpenSSL encrypted keys before there was a standard for it. */
        boolean isEncryptedTheOldWay() {
            return content.contains("ENCRYPTED");
        }
    }

    public PemFile {
        blocks = List.copyOf(blocks);
    }

    /** As the file is now. */
    public static PemFile read(Path path) throws IOException {
        List<Block> blocks = new ArrayList<>();
        try {
            Matcher found = BLOCK.matcher(Files.readString(path, StandardCharsets.ISO_8859_1));
            while (found.find()) {
                blocks.add(new Block(found.group(1), found.group(2)));
            }
        } catch (NoSuchFileException missing) {
            throw new IOException("expected a PEM file at " + path + ", found none", missing);
        }
        return new PemFile(path, blocks);
    }

    /** At least one. */
    public List<X509Certificate> certificates() throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks) {
                if (block.label().equals("CERTIFICATE")) {
                    certificates.add(
                            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException broken) {
            throw new IOException("a certificate in " + path + " cannot be read: " + broken.getMessage(), broken);
        }
        if (certificates.isEmpty()) {
            throw new IOException("expected a certificate in PEM form in " + path + ", found none");
        }
        return certificates;
    }

    /** To trust who was certified by them: the certificates, at least one. */
    public KeyStore authorities() throws IOException {
        List<X509Certificate> certificates = certificates();
        try {
            KeyStore store = Identity.emptyStore();
            for (X509Certificate authority : certificates) {
                store.setCertificateEntry("authority-" + store.size(), authority);
            }
            return store;
        } catch (GeneralSecurityException unusable) {
            throw new IOException("the certificates in " + path + " cannot be used: " + unusable, unusable);
        }
    }

    /** Certificates that authorities have taken back; none when the file lists none. */
    public List<X509CRL> revocationLists() throws IOException {
        List<X509CRL> lists = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks) {
                if (block.label().equals("X509 CRL")) {
                    lists.add((X509CRL) factory.generateCRL(new ByteArrayInputStream(block.der())));
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException broken) {
            throw new IOException("a revocation list in " + path + " cannot be read: " + broken.getMessage(), broken);
        }
        return lists;
    }

    /** The first one, which is not encrypted. */
    public PrivateKey privateKey() throws IOException {
        return privateKey(Optional.empty());
    }

    /** The first one; the password is for one that is encrypted. */
    public PrivateKey privateKey(Optional<String> password) throws IOException {
        try {
            for (Block block : blocks) {
                Optional<PrivateKey> key = privateKey(block, password);
                if (key.isPresent()) {
                    return key.get();
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException | BufferUnderflowException broken) {
            throw new IOException("the key in " + path + " cannot be read: " + broken.getMessage(), broken);
        }
        throw new IOException("expected a private key in PEM form in " + path + ", found none");
    }

    private Optional<PrivateKey> privateKey(Block block, Optional<String> password)
            throws GeneralSecurityException, IOException {
        if (block.label().endsWith("PRIVATE KEY") && block.isEncryptedTheOldWay()) {
            throw new IOException("expected the key in " + path
                    + " to be in PKCS#8 form, found OpenSSL's old way of encryption: rewrite it with"
                    + " openssl pkcs8 -topk8");
        }
        return switch (block.label()) {
            case "PRIVATE KEY" -> Optional.of(key(new PKCS8EncodedKeySpec(block.der())));
            case "RSA PRIVATE KEY" -> Optional.of(key(new PKCS8EncodedKeySpec(Pkcs8.ofRsa(block.der()))));
            case "EC PRIVATE KEY" -> Optional.of(key(new PKCS8EncodedKeySpec(Pkcs8.ofEc(block.der()))));
            case "ENCRYPTED PRIVATE KEY" -> Optional.of(key(decrypted(block, password)));
            default -> Optional.empty();
        };
    }

    private PKCS8EncodedKeySpec decrypted(Block block, Optional<String> password)
            throws GeneralSecurityException, IOException {
        if (password.isEmpty()) {
            throw new IOException("the key in " + path + " is encrypted: set its password, or provide it without one");
        }
        char[] secret = password.get().toCharArray();
        if (Pbes2.encrypts(block.der())) {
            return new PKCS8EncodedKeySpec(Pbes2.decrypt(block.der(), secret));
        }
        EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(block.der());
        String algorithm = encrypted.getAlgName();
        Key key = SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(secret));
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.DECRYPT_MODE, key, encrypted.getAlgParameters());
        return encrypted.getKeySpec(cipher);
    }

    private PrivateKey key(PKCS8EncodedKeySpec spec) throws IOException {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (GeneralSecurityException another) {
                // The next algorithm may know it
            }
        }
        throw new IOException("expected an RSA, elliptic curve or EdDSA key in " + path + ", found something else");
    }
}
