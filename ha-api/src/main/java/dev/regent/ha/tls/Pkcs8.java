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
    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int EC_PARAMETERS = 0xa0;

    private static final byte[] VERSION = HexFormat.of().parseHex("020100");

    /** The object identifier 1.2.840.113549.1.1.1 and its parameter, NULL. */
    private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d0101010500");

    /** The object identifier 1.2.840.10045.2.1; its parameter names the curve. */
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private static final int ONE_BYTE = 0xff;
    private static final int LONG_FORM = 0x80;

    private Pkcs8() {}

    static byte[] ofRsa(byte[] pkcs1) {
        return wrapped(RSA, pkcs1);
    }

    /** @throws IOException when the key does not name its curve */
    static byte[] ofEc(byte[] sec1) throws IOException {
        return wrapped(joined(EC, curve(sec1)), sec1);
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return element(SEQUENCE, joined(VERSION, element(SEQUENCE, algorithm), element(OCTETS, key)));
    }

    private static byte[] curve(byte[] sec1) throws IOException {
        try {
            ByteBuffer key = content(SEQUENCE, ByteBuffer.wrap(sec1));
            content(INTEGER, key);
            content(OCTETS, key);
            ByteBuffer parameters = content(EC_PARAMETERS, key);
            byte[] curve = new byte[parameters.remaining()];
            parameters.get(curve);
            return curve;
        } catch (BufferUnderflowException | IllegalArgumentException other) {
            throw new IOException(
                    "the EC key does not name its curve: convert it with openssl pkcs8 -topk8 -nocrypt", other);
        }
    }

    /** What the next element holds; moves the buffer behind it. */
    private static ByteBuffer content(int tag, ByteBuffer from) {
        int found = from.get() & ONE_BYTE;
        if (found != tag) {
            throw new IllegalArgumentException("expected the DER tag " + tag + ", found " + found);
        }
        int length = from.get() & ONE_BYTE;
        if (length >= LONG_FORM) {
            int bytes = length - LONG_FORM;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << Byte.SIZE) | (from.get() & ONE_BYTE);
            }
        }
        ByteBuffer content = from.slice().limit(length);
        from.position(from.position() + length);
        return content;
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < LONG_FORM) {
            out.write(content.length);
        } else if (content.length <= ONE_BYTE) {
            out.write(LONG_FORM + 1);
            out.write(content.length);
        } else {
            // Keys are shorter than 64 KiB
            out.write(LONG_FORM + 2);
            out.write(content.length >> Byte.SIZE);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
