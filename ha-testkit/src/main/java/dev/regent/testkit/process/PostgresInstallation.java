package dev.regent.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PostgreSQL's programs as installed on this machine. Immutable. */
public final class PostgresInstallation {
    /** Names the folder to use instead of the newest that is found, as system property. */
    public static final String PROPERTY = "regent.postgres.bin";

    /** The same as environment variable. */
    public static final String VARIABLE = "REGENT_POSTGRES_BIN";

    private static final Pattern VERSION_IN_PATH = Pattern.compile("(?:/|-|@)(\\d+)(?:/|$)");

    /** Where the packages of Debian, of PostgreSQL for Red Hat, and of Homebrew put them. */
    private static final List<String> HOMES =
            List.of("/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt");

    private final Path bin;

    private PostgresInstallation(Path bin) {
        this.bin = bin;
    }

    /** The folder that was named, else the newest installed version, else the one on the search path. */
    public static PostgresInstallation find() {
        Optional<String> named = Optional.ofNullable(System.getProperty(PROPERTY))
                .or(() -> Optional.ofNullable(System.getenv(VARIABLE)));
        return named.map(PostgresInstallation::named)
                .or(PostgresInstallation::newest)
                .or(PostgresInstallation::onSearchPath)
                .orElseThrow(() -> new IllegalStateException("expected PostgreSQL's programs (initdb, postgres, pg_ctl)"
                        + ", found none: install them, for example with apt-get install postgresql, or name their folder in "
                        + VARIABLE));
    }

    private static PostgresInstallation named(String folder) {
        if (!isInstallation(Path.of(folder))) {
            throw new IllegalStateException("expected PostgreSQL's programs in " + folder + ", as named by " + PROPERTY
                    + " or " + VARIABLE + ", found no initdb: correct it or unset it");
        }
        return new PostgresInstallation(Path.of(folder));
    }

    private static Optional<PostgresInstallation> newest() {
        return HOMES.stream()
                .map(Path::of)
                .filter(Files::isDirectory)
                .flatMap(home -> children(home).stream())
                .map(version -> version.resolve("bin"))
                .filter(PostgresInstallation::isInstallation)
                .max(Comparator.comparingInt(PostgresInstallation::versionIn))
                .map(PostgresInstallation::new);
    }

    private static Optional<PostgresInstallation> onSearchPath() {
        return ExecutableFile.find("initdb").map(PostgresInstallation::parentOfTarget);
    }

    private static PostgresInstallation parentOfTarget(Path initdb) {
        try {
            // The search path often has links, of initdb alone.
            return new PostgresInstallation(
                    Optional.ofNullable(initdb.toRealPath().getParent()).orElse(Path.of("/")));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static boolean isInstallation(Path bin) {
        return Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("postgres"));
    }

    private static int versionIn(Path bin) {
        Matcher version = VERSION_IN_PATH.matcher(bin.toString());
        return version.find() ? Integer.parseInt(version.group(1)) : 0;
    }

    /** The folder of the programs. */
    public Path bin() {
        return bin;
    }

    /** One of the programs, by name. */
    public Path program(String name) {
        return bin.resolve(name);
    }

    @Override
    public String toString() {
        return bin.toString();
    }
}
