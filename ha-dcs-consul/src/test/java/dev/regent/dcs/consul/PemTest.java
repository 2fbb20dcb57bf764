package dev.regent.dcs.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in their several forms; that of EC which Consul writes is read in {@link ConsulTlsIT}. */
class PemTest {
    private static final int RSA_BITS = 2048;

    /** What PKCS#8 puts before the PKCS#1 form of an RSA key of that size. */
    private static final int PKCS8_HEADER = 26;

    @TempDir
    private Path folder;

    @Test
    void aKeyInPkcs8IsReadWhateverItsAlgorithm() throws Exception {
        for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
            PrivateKey key =
                    KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();

            assertThat(read("PRIVATE KEY", key.getEncoded())).isEqualTo(key);
        }
    }

    @Test
    void anRsaKeyInItsOldFormIsRead() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(RSA_BITS);
        PrivateKey key = generator.generateKeyPair().getPrivate();
        byte[] pkcs8 = key.getEncoded();

        assertThat(read("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, PKCS8_HEADER, pkcs8.length)))
                .isEqualTo(key);
    }

    @Test
    void aKeyThatCannotBeReadSaysWhatToDo() {
        assertThatThrownBy(() -> read("ENCRYPTED PRIVATE KEY", new byte[1]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("without a password");
        assertThatThrownBy(() -> read("EC PRIVATE KEY", new byte[] {0x30, 3, 2, 1, 1}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("openssl pkcs8");
        assertThatThrownBy(() -> read("PRIVATE KEY", new byte[3]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none of");
        assertThatThrownBy(() -> read("PUBLIC KEY", new byte[3]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no private key");
    }

    private PrivateKey read(String label, byte[] der) throws Exception {
        Path file = folder.resolve("key.pem");
        String body = Base64.getMimeEncoder().encodeToString(der);
        Files.writeString(file, "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
        return Pem.read(file).privateKey();
    }
}
