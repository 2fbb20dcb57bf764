package dev.regent.postgres;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a server says of itself in {@code postmaster.pid}. The file of a killed server stays behind, so that nothing in it
 * proves that a server lives. A negative pid is a single-user server's. Immutable.
 */
record PostmasterFile(
        long pid, long startedAtSecond, Optional<Integer> port, Optional<String> listenAddress, String phase) {
    static final String NAME = "postmaster.pid";

    private static final int PID = 0;
    private static final int STARTED = 2;
    private static final int PORT = 3;
    private static final int LISTEN_ADDRESS = 5;
    private static final int PHASE = 7;

    /** Empty when there is no file, or when it is being written at this moment. */
    static Optional<PostmasterFile> read(Path dataDir) throws IOException {
        // Not by a channel: that would fail in a thread that has been interrupted, whose caller still wants the truth
        try (InputStream file = new FileInputStream(dataDir.resolve(NAME).toFile())) {
            return parse(new String(file.readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (FileNotFoundException none) {
            return Optional.empty();
        }
    }

    static Optional<PostmasterFile> parse(String text) {
        List<String> lines = text.lines().map(String::strip).toList();
        try {
            return Optional.of(new PostmasterFile(
                    Long.parseLong(line(lines, PID)),
                    Long.parseLong(line(lines, STARTED)),
                    Optional.of(line(lines, PORT))
                            .filter(port -> !port.isEmpty())
                            .map(Integer::valueOf),
                    Optional.of(line(lines, LISTEN_ADDRESS)).filter(address -> !address.isEmpty()),
                    line(lines, PHASE)));
        } catch (NumberFormatException halfWritten) {
            return Optional.empty();
        }
    }

    /** The server accepts connections. */
    boolean isReady() {
        return phase.equals("ready");
    }

    boolean isStopping() {
        return phase.equals("stopping");
    }

    /** The server has not said yet that it accepts connections. */
    boolean isStarting() {
        return !isReady() && !isStopping();
    }

    private static String line(List<String> lines, int index) {
        return index < lines.size() ? lines.get(index) : "";
    }

    /** The port of the server that runs on the directory, or the other one when none can be seen there. */
    static int portOr(Path dataDir, int otherwise) {
        try {
            return read(dataDir).flatMap(PostmasterFile::port).orElse(otherwise);
        } catch (IOException unreadable) {
            return otherwise;
        }
    }
}
