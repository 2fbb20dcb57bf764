package dev.regent.postgres;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a data directory goes that may hold the last copy of something: beside its place, under its name with a number, its
 * WAL and tablespaces likewise. Every step leaves data that looks as it did, until the last one moves it as a whole, so that
 * whoever is killed in between begins again. Used by one thread.
 */
final class Aside {
    private static final Logger LOG = LoggerFactory.getLogger(Aside.class);

    static final String MARK = ".diverged-";
    /** The disk must not fill with what nobody looks at. */
    private static final int MOST_KEPT = 2;

    private final DataDirectory data;

    Aside(DataDirectory data) {
        this.data = data;
    }

    /** Whether there is room for a new copy beside what is there. */
    boolean hasRoom() throws IOException {
        FileStore volume = Files.getFileStore(data.path());
        return volume.getUsableSpace() > sizeOf(data.path());
    }

    /** Moves the directory and returns where it is now; the oldest of those moved before makes room. */
    Path move() throws IOException {
        int number = numbers().stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
        for (Path link : links()) {
            moveTarget(link, number);
        }
        Path moved = at(data.path(), number);
        Files.move(data.path(), moved, StandardCopyOption.ATOMIC_MOVE);
        for (int old : numbers()) {
            if (old <= number - MOST_KEPT) {
                delete(old);
            }
        }
        return moved;
    }

    private List<Path> links() throws IOException {
        List<Path> links = new ArrayList<>();
        Path wal = data.resolve("pg_wal");
        if (Files.isSymbolicLink(wal)) {
            links.add(wal);
        }
        Path tablespaces = data.resolve("pg_tblspc");
        if (Files.isDirectory(tablespaces)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(tablespaces, "[0-9]*")) {
                for (Path entry : entries) {
                    if (Files.isSymbolicLink(entry)) {
                        links.add(entry);
                    }
                }
            }
        }
        return links;
    }

    private static void moveTarget(Path link, int number) throws IOException {
        Path target = Files.readSymbolicLink(link);
        if (target.toString().endsWith(MARK + number)) {
            return;
        }
        Path moved = at(target, number);
        if (Files.exists(target)) {
            Files.move(target, moved, StandardCopyOption.ATOMIC_MOVE);
        }
        Path fresh = Path.of(link + ".new");
        Files.deleteIfExists(fresh);
        Files.createSymbolicLink(fresh, moved);
        Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void delete(int number) throws IOException {
        Path old = at(data.path(), number);
        LOG.warn("Deleting {}, which was set aside before, to make room", old);
        DataDirectory former = data.at(old);
        for (Path link : new Aside(former).links()) {
            Path target = Files.readSymbolicLink(link);
            if (target.toString().endsWith(MARK + number)) {
                DataDirectory.deleteTree(target);
            }
        }
        DataDirectory.deleteTree(old);
    }

    private List<Integer> numbers() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        String prefix = data.path().getFileName() + MARK;
        Path parent = data.path().getParent();
        if (parent == null) {
            return numbers;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, prefix.replace("[", "\\[") + "*")) {
            for (Path entry : entries) {
                numberOf(String.valueOf(entry.getFileName()).substring(prefix.length()))
                        .ifPresent(numbers::add);
            }
        }
        return numbers;
    }

    private static OptionalInt numberOf(String text) {
        return text.matches("[0-9]{1,9}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }

    private static Path at(Path place, int number) {
        return Path.of(place + MARK + number);
    }

    private static long sizeOf(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.mapToLong(file -> fileSize(file).orElse(0L)).sum();
        }
    }

    private static Optional<Long> fileSize(Path file) {
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.size(file)) : Optional.empty();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
