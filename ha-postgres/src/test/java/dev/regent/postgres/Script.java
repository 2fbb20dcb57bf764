package dev.regent.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A shell script beside a test's server, which anybody may run. */
final class Script {
    private Script() {}

    /** The path of a script that first notes its arguments, one a line, in a file called like it with {@code .args}. */
    static Path write(RealServer server, String name, String... lines) throws IOException {
        Path script = folder(server).resolve(name);
        Files.writeString(
                script,
                "#!/bin/sh\nset -eu\nprintf '%s\\n' \"$@\" > " + args(server, name) + "\n" + String.join("\n", lines)
                        + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    static List<String> arguments(RealServer server, String name) throws IOException {
        return Files.readAllLines(args(server, name));
    }

    /** Where everything of the server is. */
    static Path folder(RealServer server) {
        return Path.of(server.dataDir().toString()).resolveSibling("");
    }

    private static Path args(RealServer server, String name) {
        return folder(server).resolve(name + ".args");
    }
}
