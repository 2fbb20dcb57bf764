package dev.regent.ha.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * How keys are encrypted today (PBES2 of PKCS#5), also in the ciphers that the JDK does not take apart: {@code openssl req}
 * encrypts with triple DES unless it is told otherwise. Stateless.
 */
final class Pbes2 {
    /** The object identifier 1.2.840.113549.1.5.13. */
    private static final String PBES2 = "2a864886f70d01050d";

    /** The object identifier 1.2.840.113549.1.5.12. */
    private static final String PBKDF2 = "2a864886f70d01050c";

    /** What PBKDF2 is made of when it does not say. */
    private static final String HMAC_SHA1 = "2a864886f70d0207";

    private static final Map<String, String> FUNCTIONS = Map.of(
            HMAC_SHA1,
            "PBKDF2WithHmacSHA1",
            "2a864886f70d0208",
            "PBKDF2WithHmacSHA224",
            "2a864886f70d0209",
            "PBKDF2WithHmacSHA256",
            "2a864886f70d020a",
            "PBKDF2WithHmacSHA384",
            "2a864886f70d020b",
            "PBKDF2WithHmacSHA512");

    private static final Map<String, Algorithm> CIPHERS = Map.of(
            "2a864886f70d0307", new Algorithm("DESede", 192),
            "60864801650304012a", new Algorithm("AES", 256),
            "608648016503040116", new Algorithm("AES", 192),
            "608648016503040102", new Algorithm("AES", 128));

    private record Algorithm(String name, int keyBits) {}

    private Pbes2() {}

    /** Whether the key, as it stands between the lines of a file, is encrypted like this. */
    static boolean encrypts(byte[] encrypted) {
        ByteBuffer scheme = Der.content(Der.SEQUENCE, Der.content(Der.SEQUENCE, ByteBuffer.wrap(encrypted)));
        return hex(Der.content(Der.OBJECT, scheme)).equals(PBES2);
    }

    /** The key in PKCS#8. */
    static byte[] decrypt(byte[] encrypted, char[] password) throws GeneralSecurityException, IOException {
        ByteBuffer outer = Der.content(Der.SEQUENCE, ByteBuffer.wrap(encrypted));
        ByteBuffer scheme = Der.content(Der.SEQUENCE, outer);
        Der.content(Der.OBJECT, scheme);
        ByteBuffer parameters = Der.content(Der.SEQUENCE, scheme);
        ByteBuffer derivation = Der.content(Der.SEQUENCE, parameters);
        ByteBuffer encryption = Der.content(Der.SEQUENCE, parameters);
        String cipherId = hex(Der.content(Der.OBJECT, encryption));
        Algorithm algorithm = CIPHERS.get(cipherId);
        if (algorithm == null) {
            throw new IOException("expected a key encrypted with AES or triple DES, found the cipher " + cipherId
                    + ": rewrite it with openssl pkcs8 -topk8 -v2 aes-256-cbc");
        }
        byte[] secret = derive(derivation, password, algorithm.keyBits());
        Cipher cipher = Cipher.getInstance(algorithm.name() + "/CBC/PKCS5Padding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(secret, algorithm.name()),
                new IvParameterSpec(bytes(Der.content(Der.OCTETS, encryption))));
        return cipher.doFinal(bytes(Der.content(Der.OCTETS, outer)));
    }

    private static byte[] derive(ByteBuffer derivation, char[] password, int bits)
            throws GeneralSecurityException, IOException {
        String function = hex(Der.content(Der.OBJECT, derivation));
        ByteBuffer parameters = Der.content(Der.SEQUENCE, derivation);
        byte[] salt = bytes(Der.content(Der.OCTETS, parameters));
        int iterations = new java.math.BigInteger(bytes(Der.content(Der.INTEGER, parameters))).intValueExact();
        if (Der.isNext(Der.INTEGER, parameters)) {
            // The length of the key, which the cipher says as well
            Der.content(Der.INTEGER, parameters);
        }
        String hash = parameters.hasRemaining()
                ? hex(Der.content(Der.OBJECT, Der.content(Der.SEQUENCE, parameters)))
                : HMAC_SHA1;
        String name = FUNCTIONS.get(hash);
        if (!function.equals(PBKDF2) || name == null) {
            throw new IOException("expected a key encrypted by means of PBKDF2, found " + function + " with " + hash
                    + ": rewrite it with openssl pkcs8 -topk8 -v2 aes-256-cbc");
        }
        return SecretKeyFactory.getInstance(name)
                .generateSecret(new PBEKeySpec(password, salt, iterations, bits))
                .getEncoded();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static String hex(ByteBuffer buffer) {
        return HexFormat.of().formatHex(bytes(buffer));
    }
}
