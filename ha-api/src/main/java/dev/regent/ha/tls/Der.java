package dev.regent.ha.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** The elements that keys are made of in files: a tag, a length, a content. Stateless. */
final class Der {
    static final int INTEGER = 0x02;
    static final int OCTETS = 0x04;
    static final int OBJECT = 0x06;
    static final int SEQUENCE = 0x30;

    private static final int ONE_BYTE = 0xff;
    private static final int LONG_FORM = 0x80;

    private Der() {}

    static boolean isNext(int tag, ByteBuffer from) {
        return from.hasRemaining() && (from.get(from.position()) & ONE_BYTE) == tag;
    }

    /** What the next element holds; moves the buffer behind it. */
    static ByteBuffer content(int tag, ByteBuffer from) {
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

    static byte[] element(int tag, byte[] content) {
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
}
