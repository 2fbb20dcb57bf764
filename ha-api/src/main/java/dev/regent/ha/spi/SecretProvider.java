package dev.regent.ha.spi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a password comes from. It is asked whenever somebody logs in, so that another password needs no restart. Must be
 * thread-safe and answer at once: one that asks a remote vault keeps what it was told, and asks again in a thread of its own.
 */
@FunctionalInterface
public interface SecretProvider {
    /**
     * The password as it is now, not empty. When it cannot be had, an {@link IOException} for people, without any part of it:
     * whoever has had it before goes on with that.
     */
    String current() throws IOException;

    /** Always the same. */
    static SecretProvider of(String secret) {
        return () -> secret;
    }

    /** What stands in a file in UTF-8, without the ends of lines behind it. */
    static SecretProvider file(Path path) {
        return () -> {
            String content = Files.readString(path, StandardCharsets.UTF_8).replaceAll("[\\r\\n]+\\z", "");
            if (content.isEmpty()) {
                throw new IOException("expected a password in " + path + ", found an empty file");
            }
            return content;
        };
    }

    /** What an environment variable of this process holds, which is the same until it ends. */
    static SecretProvider environment(String variable) {
        return () -> {
            String value = System.getenv(variable);
            if (value == null || value.isEmpty()) {
                throw new IOException(
                        "expected a password in the environment variable " + variable + ", found that it is not set");
            }
            return value;
        };
    }
}
