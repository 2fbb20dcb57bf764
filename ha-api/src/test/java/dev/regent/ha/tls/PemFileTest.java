package dev.regent.ha.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemFileTest {
    /** How OpenSSL writes a key on the curve P-256 by default; made for this test. */
    private static final String OPENSSL_CURVE_KEY = """
            -----BEGIN EC PARAMETERS-----
            BggqhkjOPQMBBw==
            -----END EC PARAMETERS-----
            -----BEGIN EC PRIVATE KEY-----
            MHcCAQEEICuAmIHYx8vhK+bI4XW8h+YRbWn0mJXKQPGmPrny/C9XoAoGCCqGSM49
            AwEHoUQDQgAEqzlBQ6xLsv7ibG47Vrrl+03h/s6yCxYKNJc8CEfJUpftzyl0fALA
            xVv/z27XY7Qi6CNLXIaMgzF+jyuKCO7hoA==
            -----END EC PRIVATE KEY-----
            """;

    /** The same key in PKCS#8. */
    private static final String SAME_CURVE_KEY = """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgK4CYgdjHy+Er5sjh
            dbyH5hFtafSYlcpA8aY+ufL8L1ehRANCAASrOUFDrEuy/uJsbjtWuuX7TeH+zrIL
            Fgo0lzwIR8lSl+3PKXR8AsDFW//PbtdjtCLoI0tchoyDMX6PK4oI7uGg
            -----END PRIVATE KEY-----
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void aKeyIsReadWhateverItIs(String algorithm) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        Path file = write(pem("PRIVATE KEY", pair.getPrivate().getEncoded()));

        assertThat(PemFile.read(file).privateKey().getEncoded())
                .isEqualTo(pair.getPrivate().getEncoded());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pkcs8-aes256.key", "pkcs8-3des.key", "pkcs8-des3.key", "pkcs8-aes128-sha1.key"})
    void aKeyThatOpensslHasEncryptedNeedsItsPassword(String name) throws Exception {
        Path file = Path.of(PemFileTest.class.getResource("/tls/" + name).toURI());
        Path plain = Path.of(PemFileTest.class.getResource("/tls/sec1.key").toURI());

        assertThat(secretOf(PemFile.read(file).privateKey(Optional.of("open sesame"))))
                .isEqualTo(secretOf(PemFile.read(plain).privateKey(Optional.empty())));
        assertThatThrownBy(() -> PemFile.read(file).privateKey(Optional.of("wrong")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> PemFile.read(file).privateKey())
                .isInstanceOf(IOException.class)
                .hasMessage("the key in " + file + " is encrypted: set its password, or provide it without one");
    }

    private static BigInteger secretOf(PrivateKey key) {
        return ((ECPrivateKey) key).getS();
    }

    @Test
    void anRsaKeyInItsOldFormIsRead() throws Exception {
        RSAPrivateCrtKey key = (RSAPrivateCrtKey)
                KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
        Path file = write(pem("RSA PRIVATE KEY", pkcs1(key)));

        assertThat(PemFile.read(file).privateKey()).isEqualTo(key);
    }

    /** PKCS#8 is a frame of 26 bytes around it for keys of this size. */
    private static byte[] pkcs1(RSAPrivateCrtKey key) {
        byte[] framed = key.getEncoded();
        assertThat(key.getModulus().compareTo(BigInteger.ONE)).isPositive();
        return java.util.Arrays.copyOfRange(framed, 26, framed.length);
    }

    @Test
    void anEllipticCurveKeyInItsOldFormIsReadBehindItsParameters() throws Exception {
        PrivateKey key = PemFile.read(write(OPENSSL_CURVE_KEY)).privateKey();
        PrivateKey same = PemFile.read(write(SAME_CURVE_KEY)).privateKey();

        assertThat(secretOf(key)).isEqualTo(secretOf(same));
        assertThat(((ECPrivateKey) key).getParams()).isEqualTo(((ECPrivateKey) same).getParams());
    }

    @Test
    void aKeyThatCannotBeReadSaysWhatWasExpected() throws Exception {
        assertThatThrownBy(() -> keyIn("EC PRIVATE KEY", new byte[] {0x30, 3, 2, 1, 1}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("openssl pkcs8");
        assertThatThrownBy(() -> keyIn("PRIVATE KEY", new byte[3]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected an RSA, elliptic curve or EdDSA key");
        assertThatThrownBy(() -> keyIn("PUBLIC KEY", new byte[3]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected a private key");
    }

    private PrivateKey keyIn(String label, byte[] der) throws IOException {
        return PemFile.read(write(pem(label, der))).privateKey();
    }

    @Test
    void aFileWithoutRevocationListsHasNone() throws Exception {
        assertThat(PemFile.read(write(OPENSSL_CURVE_KEY)).revocationLists()).isEmpty();
        assertThatThrownBy(() ->
                        PemFile.read(write(pem("X509 CRL", new byte[] {1, 2}))).revocationLists())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a revocation list in");
    }

    @Test
    void aKeyThatWasEncryptedTheOldWayIsRefusedWithWhatToDo() throws Exception {
        Path file = write("""
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC,00

                AAAA
                -----END RSA PRIVATE KEY-----
                """);

        assertThatThrownBy(() -> PemFile.read(file).privateKey(Optional.of("x")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("openssl pkcs8 -topk8");
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        Path empty = write("nothing here");
        Path missing = folder.resolve("missing.pem");

        assertThatThrownBy(() -> PemFile.read(empty).certificates())
                .hasMessage("expected a certificate in PEM form in " + empty + ", found none");
        assertThatThrownBy(() -> PemFile.read(empty).privateKey(Optional.empty()))
                .hasMessage("expected a private key in PEM form in " + empty + ", found none");
        assertThatThrownBy(() -> PemFile.read(missing))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a PEM file at " + missing + ", found none");
    }

    @Test
    void brokenContentIsAnErrorOfTheFile() throws Exception {
        Path file = write(pem("CERTIFICATE", new byte[] {1, 2, 3}));

        assertThatThrownBy(() -> PemFile.read(file).certificates())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a certificate in " + file + " cannot be read");
    }

    private Path write(String content) throws IOException {
        Path file = folder.resolve("file.pem");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(content.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        return file;
    }

    private static String pem(String what, byte[] content) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
    }
}
