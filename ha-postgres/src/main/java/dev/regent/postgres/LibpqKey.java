package dev.regent.postgres;

import dev.regent.ha.tls.PemFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Spares libpq the password of a key: on a command line, in a configuration file and in the server's log others might see it,
 * so libpq gets a copy of the key that only the server's user reads. Stateless.
 */
final class LibpqKey {
    private static final int LINE = 64;

    private LibpqKey() {}

    /** The same login, with a key that needs no password; the copy is made where the path says, if one is needed. */
    static Credentials withoutPassword(Credentials login, Path copy, OsUser owner) throws IOException {
        Optional<String> password = Optional.ofNullable(login.options().get("sslpassword"));
        Optional<String> key = Optional.ofNullable(login.options().get("sslkey"));
        if (password.isEmpty()) {
            return login;
        }
        Map<String, String> options = new TreeMap<>(login.options());
        options.remove("sslpassword");
        if (key.isPresent()) {
            byte[] decrypted =
                    PemFile.read(Path.of(key.get())).privateKey(password).getEncoded();
            SafeFiles.replace(copy, pem(decrypted), owner);
            options.put("sslkey", copy.toString());
        }
        return login.withOptions(options);
    }

    private static String pem(byte[] pkcs8) {
        String lines = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(pkcs8);
        return "-----BEGIN PRIVATE KEY-----\n" + lines + "\n-----END PRIVATE KEY-----\n";
    }
}
