package dev.regent.dcs.etcd;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads what TLS needs from PEM files as tools around etcd write them, certificate and key in one file or in two. Keys are
 * in PKCS#8, which the JDK knows, or in the older forms of RSA and elliptic curve keys (OpenSSL's and cfssl's default),
 * which become PKCS#8 by a frame around them.
 */
final class PemFile {
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]+)-----END \\1PRIVATE KEY-----");

    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d0101010500");
    private static final byte[] ELLIPTIC_CURVE = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final byte SEQUENCE = 0x30;
    private static final byte OCTET_STRING = 0x04;
    private static final byte CURVE_TAG = (byte) 0xA0;
    private static final int LONG_FORM = 0x80;
    private static final int BYTE = 0xFF;

    private PemFile() {}

    /** All certificates in the file, at least one. */
    static X509Certificate[] certificates(Path file) throws IOException, CertificateException {
        String blocks = CERTIFICATE
                .matcher(text(file))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.joining("\n"));
        if (blocks.isEmpty()) {
            throw new IOException("expected a certificate in PEM form in " + file + ", found none");
        }
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(blocks.getBytes(StandardCharsets.US_ASCII)))
                .stream()
                .map(X509Certificate.class::cast)
                .toArray(X509Certificate[]::new);
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    static PrivateKey key(Path file) throws IOException {
        Matcher block = KEY.matcher(text(file));
        if (!block.find()) {
            throw new IOException("expected an unencrypted private key in PEM form in " + file + ", found none");
        }
        byte[] content = Base64.getMimeDecoder().decode(block.group(2));
        return switch (block.group(1)) {
            case "" -> parse(content, file);
            case "RSA " -> parse(framed(RSA, content), file);
            case "EC " -> parse(framed(join(ELLIPTIC_CURVE, curveOf(content, file)), content), file);
            default ->
                throw new IOException("expected an unencrypted RSA or elliptic curve key in " + file + ", found a "
                        + block.group(1) + "key");
        };
    }

    private static PrivateKey parse(byte[] pkcs8, Path file) throws IOException {
        return Stream.of("RSA", "EC", "EdDSA")
                .flatMap(algorithm -> keyOf(algorithm, pkcs8).stream())
                .findFirst()
                .orElseThrow(() -> new IOException(
                        "expected an RSA, elliptic curve or EdDSA key in " + file + ", found something else"));
    }

    private static Optional<PrivateKey> keyOf(String algorithm, byte[] pkcs8) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (GeneralSecurityException anotherAlgorithm) {
            return Optional.empty();
        }
    }

    private static byte[] framed(byte[] algorithm, byte[] key) {
        return element(SEQUENCE, join(VERSION_0, element(SEQUENCE, algorithm), element(OCTET_STRING, key)));
    }

    /** The curve's identifier, which stands in the key between its number and its public half. */
    private static byte[] curveOf(byte[] key, Path file) throws IOException {
        int at = headerLength(key, 0); // into the sequence
        while (at < key.length) {
            int start = at + headerLength(key, at);
            int end = start + contentLength(key, at);
            if (key[at] == CURVE_TAG) {
                return Arrays.copyOfRange(key, start, end);
            }
            at = end;
        }
        throw new IOException("expected an elliptic curve key that names its curve in " + file);
    }

    private static int headerLength(byte[] der, int at) {
        int first = der[at + 1] & BYTE;
        return first < LONG_FORM ? 2 : 2 + first - LONG_FORM;
    }

    private static int contentLength(byte[] der, int at) {
        int first = der[at + 1] & BYTE;
        if (first < LONG_FORM) {
            return first;
        }
        int length = 0;
        for (int i = at + 2; i < at + headerLength(der, at); i++) {
            length = (length << Byte.SIZE) | (der[i] & BYTE);
        }
        return length;
    }

    private static byte[] element(byte tag, byte[] content) {
        return join(new byte[] {tag}, length(content.length), content);
    }

    /** In as few bytes as possible, or the JDK refuses it. */
    private static byte[] length(int length) {
        if (length < LONG_FORM) {
            return new byte[] {(byte) length};
        }
        return length <= BYTE
                ? new byte[] {(byte) (LONG_FORM + 1), (byte) length}
                : new byte[] {(byte) (LONG_FORM + 2), (byte) (length >> Byte.SIZE), (byte) length};
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
