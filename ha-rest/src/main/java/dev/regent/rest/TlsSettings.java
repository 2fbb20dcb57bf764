package dev.regent.rest;

import java.util.Optional;

/**
 * How the API speaks TLS. Immutable.
 *
 * @param files the certificate is needed; the authorities are those of client certificates
 * @param ciphers an OpenSSL cipher list for TLS 1.2; later versions choose for themselves
 */
public record TlsSettings(TlsFiles files, Optional<String> ciphers, ClientCertificates clientCertificates) {
    public TlsSettings {
        if (files.certificate().isEmpty()) {
            throw new IllegalArgumentException("expected a certificate to speak TLS with, found none: set certfile");
        }
        if (clientCertificates != ClientCertificates.NONE && files.authorities().isEmpty()) {
            throw new IllegalArgumentException(
                    "expected authorities to check client certificates with, found none: set cafile, or verify_client: none");
        }
    }
}
