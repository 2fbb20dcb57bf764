package dev.regent.testkit.process;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who runs the servers that refuse to run as root: {@code postgres} or {@code nobody} when this process is root's, else
 * whoever runs this process. Immutable.
 */
public final class OrdinaryUser {
    private static final List<String> CANDIDATES = List.of("postgres", "nobody");

    private final Optional<String> name;

    private OrdinaryUser(Optional<String> name) {
        this.name = name;
    }

    /** The user to run servers as in this process. */
    public static OrdinaryUser choose() {
        if (!System.getProperty("user.name").equals("root")) {
            return new OrdinaryUser(Optional.empty());
        }
        String found = CANDIDATES.stream()
                .filter(OrdinaryUser::exists)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("expected a user " + String.join(" or ", CANDIDATES)
                        + " to run servers as, found neither: create one, or do not run the tests as root"));
        return new OrdinaryUser(Optional.of(found));
    }

    /** Whose name the servers run under, when it is not that of this process's own user. */
    public Optional<String> name() {
        return name;
    }

    /** What to put before a command so that the user runs it in the same process; empty when nothing is needed. */
    public List<String> commandPrefix() {
        return name.map(user -> List.of(
                        ExecutableFile.require("setpriv", "install util-linux").toString(),
                        "--reuid=" + user,
                        "--regid=" + user,
                        "--init-groups",
                        "--"))
                .orElse(List.of());
    }

    /** The command as the user runs it. */
    public List<String> command(List<String> command) {
        return Stream.concat(commandPrefix().stream(), command.stream()).toList();
    }

    /** Gives the file, or the folder with all that is in it, to the user. */
    public void own(Path path) throws IOException {
        if (name.isEmpty()) {
            return;
        }
        UserPrincipal user = lookup().lookupPrincipalByName(name.get());
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.toList()) {
                Files.getFileAttributeView(each, PosixFileAttributeView.class).setOwner(user);
            }
        }
    }

    private static boolean exists(String user) {
        try {
            lookup().lookupPrincipalByName(user);
            return true;
        } catch (UserPrincipalNotFoundException absent) {
            return false;
        } catch (IOException broken) {
            throw new IllegalStateException("expected to find out whether there is a user " + user, broken);
        }
    }

    private static UserPrincipalLookupService lookup() {
        return FileSystems.getDefault().getUserPrincipalLookupService();
    }

    @Override
    public String toString() {
        return name.orElse("the user of this process");
    }
}
