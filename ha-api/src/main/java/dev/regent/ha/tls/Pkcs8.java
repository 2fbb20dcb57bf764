package dev.regent.ha.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Wraps the older forms of a private key, as {@code openssl} writes them, into PKCS#8, the
 * only one that the JDK reads. Stateless.
 */
final class Pkcs8 {
    private static final int EC_PARAMETERS = 0xa0;

    private static final byte[] VERSION = HexFormat.of().parseHex("020100");

    /** The object identifier 1.2.840.113549.1.1.1 and its parameter, NULL. */
    private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d0101010500");

    /** The object identifier 1.2.840.10045.2.1; its parameter names the curve. */
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private Pkcs8() {}

    static byte[] ofRsa(byte[] pkcs1) {
        return wrapped(RSA, pkcs1);
    }

    /** @throws IOException when the key does not name its curve */
    static byte[] ofEc(byte[] sec1) throws IOException {
        return wrapped(joined(EC, curve(sec1)), sec1);
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return Der.element(
                Der.SEQUENCE, joined(VERSION, Der.element(Der.SEQUENCE, algorithm), Der.element(Der.OCTETS, key)));
    }

    private static byte[] curve(byte[] sec1) throws IOException {
        try {
            ByteBuffer key = Der.content(Der.SEQUENCE, ByteBuffer.wrap(sec1));
            Der.content(Der.INTEGER, key);
            Der.content(Der.OCTETS, key);
            ByteBuffer parameters = Der.content(EC_PARAMETERS, key);
            byte[] curve = new byte[parameters.remaining()];
            parameters.get(curve);
            return curve;
        } catch (BufferUnderflowException | IllegalArgumentException other) {
            throw new IOException(
                    "the EC key does not name its curve: convert it with openssl pkcs8 -topk8 -nocrypt", other);
        }
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
