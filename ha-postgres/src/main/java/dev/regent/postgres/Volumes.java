package dev.regent.postgres;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The places of a server's files that may be volumes of their own. Immutable. */
record Volumes(DataDirectory data) {

    /** Where data and log are. */
    List<Path> main() {
        return List.of(data.path(), data.resolve("pg_wal"));
    }

    /** The same and every tablespace. */
    List<Path> all() throws IOException {
        List<Path> all = new ArrayList<>(main());
        try (DirectoryStream<Path> links = Files.newDirectoryStream(data.resolve("pg_tblspc"), "[0-9]*")) {
            links.forEach(all::add);
        } catch (DirectoryIteratorException unreadable) {
            throw unreadable.getCause();
        }
        return all;
    }
}
