package dev.regent.rest;

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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemFileTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void aKeyIsReadWhateverItIs(String algorithm) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        Path file = write(Certificates.pem("PRIVATE KEY", pair.getPrivate().getEncoded()));

        assertThat(PemFile.read(file).privateKey(Optional.empty()).getEncoded())
                .isEqualTo(pair.getPrivate().getEncoded());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pkcs8-aes256.key", "pkcs8-3des.key"})
    void aKeyThatOpensslHasEncryptedNeedsItsPassword(String name) throws Exception {
        Path file = Path.of(PemFileTest.class.getResource("/tls/" + name).toURI());
        Path plain = Path.of(PemFileTest.class.getResource("/tls/sec1.key").toURI());

        assertThat(secretOf(PemFile.read(file).privateKey(Optional.of("open sesame"))))
                .isEqualTo(secretOf(PemFile.read(plain).privateKey(Optional.empty())));
        assertThatThrownBy(() -> PemFile.read(file).privateKey(Optional.of("wrong")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> PemFile.read(file).privateKey(Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessage("the key in " + file + " is encrypted: set keyfile_password");
    }

    private static BigInteger secretOf(PrivateKey key) {
        return ((ECPrivateKey) key).getS();
    }

    @Test
    void anRsaKeyInItsOldFormIsRead() throws Exception {
        RSAPrivateCrtKey key = (RSAPrivateCrtKey)
                KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
        Path file = write(Certificates.pem("RSA PRIVATE KEY", pkcs1(key)));

        assertThat(PemFile.read(file).privateKey(Optional.empty())).isEqualTo(key);
    }

    /** PKCS#8 is a frame of 26 bytes around it for keys of this size. */
    private static byte[] pkcs1(RSAPrivateCrtKey key) {
        byte[] framed = key.getEncoded();
        assertThat(key.getModulus().compareTo(BigInteger.ONE)).isPositive();
        return java.util.Arrays.copyOfRange(framed, 26, framed.length);
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
        Path file = write(Certificates.pem("CERTIFICATE", new byte[] {1, 2, 3}));

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
}
