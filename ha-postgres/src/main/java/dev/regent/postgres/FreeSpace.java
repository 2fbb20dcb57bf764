package dev.regent.postgres;

import dev.regent.ha.model.HealthRules;
import dev.regent.ha.model.ServerHealth.Finding;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether enough space is left where the data, the log and the tablespaces are. */
final class FreeSpace implements HealthCheck {
    private static final int ALL = 100;
    private static final long MEGABYTE = 1024 * 1024;

    private final Volumes volumes;
    private final Supplier<HealthRules> rules;

    FreeSpace(Volumes volumes, Supplier<HealthRules> rules) {
        this.volumes = volumes;
        this.rules = rules;
    }

    @Override
    public Optional<Problem> look() throws IOException {
        for (Path directory : volumes.all()) {
            Optional<Problem> full = look(directory);
            if (full.isPresent()) {
                return full;
            }
        }
        return Optional.empty();
    }

    private Optional<Problem> look(Path directory) throws IOException {
        FileStore volume = Files.getFileStore(directory);
        HealthRules limits = rules.get();
        long share = volume.getTotalSpace() / ALL * limits.leastFreePercent();
        long needed = Math.max(limits.leastFree(), share);
        return volume.getUsableSpace() < needed ? Optional.of(full(directory, needed)) : Optional.empty();
    }

    /** The figure found is left out: it changes all the time, and whoever is told would be told again each time. */
    private static Problem full(Path directory, long needed) {
        return new Problem(
                Finding.DISK_FULL,
                "expected " + Math.max(1, needed / MEGABYTE) + " MB or more free where " + directory
                        + " is, found less: make room (health.min_free_mb, health.min_free_percent)");
    }
}
