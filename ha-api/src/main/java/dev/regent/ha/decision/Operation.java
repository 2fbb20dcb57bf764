package dev.regent.ha.decision;

import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.model.SlotKind;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.DatabaseException;
import dev.regent.ha.spi.ManagedDatabase;
import dev.regent.ha.spi.StopMode;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Something done to the server: one call of {@link ManagedDatabase}, which may take minutes. Immutable. */
public sealed interface Operation extends Action {
    /** Does it, blocking the calling thread. */
    void run(ManagedDatabase database) throws DatabaseException, InterruptedException;

    /** What is being done, for people. */
    String label();

    /** Whether the server accepts writes when it is done, so that only who surely leads may begin it. */
    default boolean opensForWrites() {
        return false;
    }

    /** Whether it only adjusts a running server, so that doing it again at once would be of no use. */
    default boolean isAdjustment() {
        return false;
    }

    @Override
    default <E extends Exception> boolean accept(Handler<E> handler) throws E {
        return handler.begin(this);
    }

    /**
     * A new cluster.
     *
     * @param first the cluster-wide configuration that it begins with
     */
    record CreateCluster(DynamicConfig first) implements Operation {
        /** With the usual configuration. */
        public CreateCluster() {
            this(DynamicConfig.DEFAULT);
        }

        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            database.create(first);
        }

        @Override
        public String label() {
            return "create the cluster";
        }
    }

    record Clone(Upstream source) implements Operation {
        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            database.cloneFrom(source);
        }

        @Override
        public String label() {
            return "clone " + source.name();
        }
    }

    record Restore() implements Operation {
        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            database.restore();
        }

        @Override
        public String label() {
            return "restore a backup";
        }
    }

    record Rewind(Upstream source) implements Operation {
        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            database.rewindTo(source);
        }

        @Override
        public String label() {
            return "rewind to " + source.name();
        }
    }

    record Discard() implements Operation {
        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            database.discard();
        }

        @Override
        public String label() {
            return "take the data out of the way";
        }
    }

    /** With {@code closed}, clients are not let in until they are told. */
    record StartPrimary(boolean closed) implements Operation {
        public StartPrimary() {
            this(false);
        }

        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            if (closed) {
                database.startPrimaryClosed();
            } else {
                database.startPrimary();
            }
        }

        @Override
        public boolean opensForWrites() {
            return true;
        }

        @Override
        public String label() {
            return closed ? "start as primary, closed to clients" : "start as primary";
        }
    }

    record OpenToClients() implements Operation {
        @Override
        public boolean isAdjustment() {
            return true;
        }

        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            database.openToClients();
        }

        @Override
        public String label() {
            return "let clients in";
        }
    }

    record StartStandby(Optional<Upstream> upstream) implements Operation {
        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            database.startStandby(upstream);
        }

        @Override
        public String label() {
            return "start as standby of " + nameOf(upstream);
        }
    }

    record Follow(Optional<Upstream> upstream) implements Operation {
        @Override
        public boolean isAdjustment() {
            return true;
        }

        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            database.follow(upstream);
        }

        @Override
        public String label() {
            return "follow " + nameOf(upstream);
        }
    }

    record Promote() implements Operation {
        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            database.promote();
        }

        @Override
        public boolean opensForWrites() {
            return true;
        }

        @Override
        public String label() {
            return "promote";
        }
    }

    record Stop(StopMode mode) implements Operation {
        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            database.stop(mode);
        }

        @Override
        public String label() {
            return "stop (" + mode.name().toLowerCase(Locale.ROOT) + ")";
        }
    }

    record BeginCheckpoint() implements Operation {
        @Override
        public boolean isAdjustment() {
            return true;
        }

        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            database.beginCheckpoint();
        }

        @Override
        public String label() {
            return "begin a checkpoint";
        }
    }

    record SetSynchronousStandbys(String names) implements Operation {
        @Override
        public boolean isAdjustment() {
            return true;
        }

        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            database.setSynchronousStandbyNames(names);
        }

        @Override
        public String label() {
            return names.isEmpty() ? "let commits wait for nobody" : "let commits wait for " + names;
        }
    }

    record ChangeSlots(SlotChanges changes) implements Operation {
        @Override
        public boolean isAdjustment() {
            return true;
        }

        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            database.changeSlots(changes);
        }

        @Override
        public String label() {
            Stream<String> drop =
                    changes.drop().isEmpty() ? Stream.empty() : Stream.of("drop the slots " + changes.drop());
            Stream<String> make = changes.create().isEmpty()
                    ? Stream.empty()
                    : Stream.of("make the slots " + changes.create().keySet());
            return Stream.concat(drop, make).collect(Collectors.joining(" and "));
        }
    }

    record CopySlots(Upstream primary, Map<String, SlotKind.Logical> slots) implements Operation {
        public CopySlots {
            slots = Collections.unmodifiableMap(new TreeMap<>(slots));
        }

        @Override
        public boolean isAdjustment() {
            return true;
        }

        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            database.copySlots(primary, slots);
        }

        @Override
        public String label() {
            return "copy the logical slots " + slots.keySet() + " from " + primary.name();
        }
    }

    record Configure(DynamicConfig config) implements Operation {
        @Override
        public boolean isAdjustment() {
            return true;
        }

        @Override
        public void run(ManagedDatabase database) throws DatabaseException, InterruptedException {
            database.configure(config);
        }

        @Override
        public String label() {
            return "take over the cluster-wide configuration";
        }
    }

    private static String nameOf(Optional<Upstream> upstream) {
        return upstream.map(source -> source.name().value()).orElse("nobody");
    }
}
