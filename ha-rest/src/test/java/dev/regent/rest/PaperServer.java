package dev.regent.rest;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerFacts;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.RemoteStatus;
import dev.regent.ha.model.SlotCare;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.ManagedDatabase;
import dev.regent.ha.spi.StopMode;
import dev.regent.ha.spi.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A server of which only the state exists. It can be made to hang in the middle of a stop. */
final class PaperServer implements ManagedDatabase {
    private volatile ServerState state = ServerState.ABSENT;
    private volatile CountDownLatch mayStop = new CountDownLatch(0);

    void hangWhenStopped() {
        mayStop = new CountDownLatch(1);
    }

    void goOn() {
        mayStop.countDown();
    }

    @Override
    public DatabaseStatus status() {
        boolean exists = state != ServerState.ABSENT;
        return new DatabaseStatus(
                state,
                state == ServerState.STANDBY,
                exists ? Optional.of("7412836190112233445") : Optional.empty(),
                exists ? WalPosition.at(1, Orders.POSITION) : WalPosition.UNKNOWN,
                List.of(),
                false,
                List.of(),
                "",
                Lsn.ZERO,
                Map.of(),
                true,
                List.of(),
                false,
                false,
                false,
                false,
                Duration.ZERO,
                ServerFacts.NONE,
                Optional.empty());
    }

    @Override
    public Subscription onChange(Runnable callback) {
        return () -> {};
    }

    @Override
    public void create() {
        state = ServerState.STOPPED;
    }

    @Override
    public void cloneFrom(Upstream source) {
        state = ServerState.STOPPED;
    }

    @Override
    public void rewindTo(Upstream source) {}

    @Override
    public void discard() {
        state = ServerState.ABSENT;
    }

    @Override
    public void startPrimary() {
        state = ServerState.PRIMARY;
    }

    @Override
    public void startPrimaryClosed() {
        state = ServerState.PRIMARY;
    }

    @Override
    public void openToClients() {}

    @Override
    public void startStandby(Optional<Upstream> upstream) {
        state = ServerState.STANDBY;
    }

    @Override
    public void follow(Optional<Upstream> upstream) {}

    @Override
    public void promote() {
        state = ServerState.PRIMARY;
    }

    @Override
    public void stop(StopMode mode) throws InterruptedException {
        mayStop.await();
        state = ServerState.STOPPED;
    }

    @Override
    public void beginCheckpoint() {}

    @Override
    public void setSynchronousStandbyNames(String value) {}

    @Override
    public void changeSlots(SlotChanges changes) {}

    @Override
    public void tendSlots(SlotCare care) {}

    @Override
    public void configure(DynamicConfig config) {}

    @Override
    public Optional<RemoteStatus> ask(Upstream remote) {
        return Optional.empty();
    }

    @Override
    public void close() {}
}
