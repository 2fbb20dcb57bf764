package dev.regent.dcs.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PemFileTest {
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
    Path folder;

    private PrivateKey read(String content) throws IOException {
        return PemFile.key(Files.writeString(folder.resolve("key.pem"), content));
    }

    private static KeyPair rsa() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static KeyPair curve() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    @Test
    void keysInPkcs8AreRead() throws Exception {
        for (PrivateKey key : new PrivateKey[] {
            rsa().getPrivate(),
            curve().getPrivate(),
            KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate()
        }) {
            assertThat(read(TestCertificates.pem("PRIVATE KEY", key.getEncoded())))
                    .isEqualTo(key);
        }
    }

    @Test
    void anRsaKeyInItsOwnFormIsRead() throws Exception {
        PrivateKey key = rsa().getPrivate();
        byte[] pkcs8 = key.getEncoded();
        // 4 bytes of sequence, 3 of version, 15 of algorithm, 4 of octet string
        byte[] inner = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);

        assertThat(read(TestCertificates.pem("RSA PRIVATE KEY", inner))).isEqualTo(key);
    }

    @Test
    void anEllipticCurveKeyInItsOwnFormIsRead() throws Exception {
        ECPrivateKey key = (ECPrivateKey) read(OPENSSL_CURVE_KEY);
        ECPrivateKey same = (ECPrivateKey) read(SAME_CURVE_KEY);

        assertThat(key.getS()).isEqualTo(same.getS());
        assertThat(key.getParams()).isEqualTo(same.getParams());
    }

    @Test
    void aFileWithoutAKeyThatCanBeUsedIsNamed() {
        assertThatThrownBy(() -> read("nothing"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("key.pem");
        assertThatThrownBy(() -> read(TestCertificates.pem("ENCRYPTED PRIVATE KEY", new byte[] {1})))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unencrypted")
                .hasMessageContaining("ENCRYPTED");
        assertThatThrownBy(() -> PemFile.certificates(folder.resolve("key.pem")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("certificate");
    }
}
