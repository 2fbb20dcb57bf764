package dev.regent.ha.spi;

import dev.regent.ha.model.HaConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Several watchdogs that act as one. Used by one thread. */
record Watchdogs(List<Watchdog> all) implements Watchdog {
    @Override
    public boolean allowFor(Duration left) {
        boolean allowed = true;
        for (Watchdog watchdog : all) {
            allowed &= watchdog.allowFor(left);
        }
        return allowed;
    }

    @Override
    public void disarm() {
        all.forEach(Watchdog::disarm);
    }

    @Override
    public void adopt(HaConfig config) {
        all.forEach(watchdog -> watchdog.adopt(config));
    }

    @Override
    public void leadershipRenewed(Duration left) {
        all.forEach(watchdog -> watchdog.leadershipRenewed(left));
    }

    @Override
    public Optional<String> problem() {
        return all.stream().flatMap(watchdog -> watchdog.problem().stream()).findFirst();
    }

    @Override
    public void close() {
        all.forEach(Watchdog::close);
    }
}
