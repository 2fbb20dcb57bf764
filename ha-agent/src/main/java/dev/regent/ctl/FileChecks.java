package dev.regent.ctl;

import dev.regent.agent.config.Section;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What this host's files say: who may read the passwords, how much room is left, whether there is a watchdog. */
final class FileChecks {
    private static final Set<PosixFilePermission> NOT_FOR_OTHERS = Set.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);
    private static final Set<PosixFilePermission> NOT_FOR_THE_GROUP =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE);
    private static final double SMALLEST_SHARE = 0.1;
    private static final int PERCENT = 100;
    private static final String DEFAULT_WATCHDOG = "/dev/watchdog";

    private final Section root;

    FileChecks(Section root) {
        this.root = root;
    }

    /** @param configuration the file that the settings come from, if one does */
    List<Finding> all(Optional<Path> configuration) {
        List<Finding> findings = new ArrayList<>();
        configuration.ifPresent(file -> addSecret(findings, "configuration", file, false));
        Section postgresql = root.section("postgresql");
        // PostgreSQL's own programs ignore a password file that the group may read.
        path(postgresql, "pgpass").ifPresent(file -> addSecret(findings, "password file", file, true));
        path(root.section("restapi"), "keyfile")
                .ifPresent(file -> addSecret(findings, "key of the REST API", file, false));
        path(root.section("ctl"), "keyfile").ifPresent(file -> addSecret(findings, "key of the client", file, false));
        path(postgresql, "data_dir").filter(Files::isDirectory).ifPresent(data -> addRoom(findings, data));
        if (postgresql.has("data_dir")) {
            findings.add(watchdog(root.section("watchdog")));
        }
        return findings;
    }

    private static Optional<Path> path(Section section, String key) {
        try {
            return section.text(key).map(Path::of);
        } catch (InvalidPathException impossible) {
            return Optional.empty();
        }
    }

    private static void addSecret(List<Finding> findings, String what, Path file, boolean forItsOwnerOnly) {
        if (!Files.isRegularFile(file)) {
            return;
        }
        String expected = forItsOwnerOnly ? file + " for its owner only" : file + " closed to others";
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            boolean open = mode.stream().anyMatch(NOT_FOR_OTHERS::contains)
                    || (forItsOwnerOnly && mode.stream().anyMatch(NOT_FOR_THE_GROUP::contains));
            String found = PosixFilePermissions.toString(mode);
            findings.add(
                    open
                            ? Finding.risk(
                                    what,
                                    expected,
                                    found,
                                    "chmod " + (forItsOwnerOnly ? "600 " : "o-rwx ") + file + ": it holds secrets")
                            : Finding.good(what, expected, found));
        } catch (IOException | UnsupportedOperationException unreadable) {
            findings.add(Finding.unknown(what, expected, "its mode cannot be read: " + unreadable, ""));
        }
    }

    private static void addRoom(List<Finding> findings, Path data) {
        String expected = (int) (SMALLEST_SHARE * PERCENT) + " % or more free for " + data;
        try {
            FileStore store = Files.getFileStore(data);
            findings.add(room(expected, store.getUsableSpace(), store.getTotalSpace()));
        } catch (IOException unreadable) {
            findings.add(Finding.unknown("disk space", expected, "it cannot be read: " + unreadable, ""));
        }
    }

    static Finding room(String expected, long usable, long total) {
        long percent = total == 0 ? 0 : usable * PERCENT / total;
        String found = percent + " % free";
        return usable >= total * SMALLEST_SHARE
                ? Finding.good("disk space", expected, found)
                : Finding.fault(
                        "disk space", expected, found, "make room: a full disk stops the server, and its copies");
    }

    private static Finding watchdog(Section section) {
        String mode = section.text("mode").orElse("automatic");
        Path device = path(section, "device").orElse(Path.of(DEFAULT_WATCHDOG));
        String expected = "a watchdog device that the agent may open: " + device;
        if (List.of("off", "false", "disable", "disabled").contains(mode)) {
            return Finding.good("watchdog", "none, as watchdog.mode says", "off");
        }
        if (Files.isWritable(device)) {
            return Finding.good("watchdog", expected, "it is there");
        }
        String found = Files.exists(device) ? "it may not be written by this user" : "it is not there";
        String advice =
                "load a driver (modprobe softdog) and give the device to the agent's user, or set watchdog.mode: off";
        return mode.startsWith("require")
                ? Finding.fault("watchdog", expected, found, advice + ": this node cannot lead")
                : Finding.risk("watchdog", expected, found, advice + ": a host that hangs is not reset");
    }
}
