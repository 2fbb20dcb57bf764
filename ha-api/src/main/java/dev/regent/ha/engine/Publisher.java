package dev.regent.ha.engine;

import dev.regent.ha.decision.PossibleLoss;
import dev.regent.ha.decision.PublicTags;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.ClusterStatus;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.MemberFacts;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.ManagedDatabase;
import dev.regent.ha.spi.Session;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells the others how this node is: its member entry, and as the leader the cluster's status and history. A change of
 * state is told at once, progress once per loop wait and only if there is any, so that nodes that watch each other do not
 * keep each other busy. Used by the cycle's thread.
 */
final class Publisher {
    private final ClusterStore store;
    private final Ticker ticker;
    private @Nullable Member publishedMember;
    private @Nullable String publishedUnder;
    private Duration publishedAt = Duration.ZERO;
    private Optional<PossibleLoss> loss = Optional.empty();
    private final PublishedSlots slots;
    private final SlotTending slotTending;

    Publisher(ClusterStore store, ManagedDatabase database, Ticker ticker) {
        this.store = store;
        this.ticker = ticker;
        this.slots = new PublishedSlots(ticker);
        this.slotTending = new SlotTending(database, ticker);
    }

    /** Has the server heed what the leader has told of its slots. */
    void tendSlots(Snapshot now) {
        slotTending.tend(now);
    }

    /** What the new leader may lack: the history tells of it when the timeline that begins with it is written there. */
    void remember(Optional<PossibleLoss> possible) {
        loss = possible;
    }

    void publish(Snapshot now, ClusterView view, Session session) throws DcsException {
        Member member = describe(now);
        boolean due = ticker.read().minus(publishedAt).compareTo(now.config().loopWait()) >= 0;
        boolean changed = publishedMember == null || !withoutProgress(member).equals(withoutProgress(publishedMember));
        boolean bound =
                session.id().equals(publishedUnder) && view.member(now.self()).isPresent();
        boolean leads = view.isSurelyLedBy(now.self()) && (isPrimary(now) || isStandbyLeader(now));
        if (leads) {
            publishHistory(now, view);
        } else {
            slots.forget();
        }
        if (bound && !changed && !due) {
            return;
        }
        if (leads) {
            publishStatus(now, view);
        }
        if (bound && isShown(member, view)) {
            publishedAt = ticker.read();
        } else if (store.publishMember(session, member)) {
            publishedMember = member;
            publishedUnder = session.id();
            publishedAt = ticker.read();
        }
    }

    /** Whether the store says of this node what it would write. */
    private static boolean isShown(Member member, ClusterView view) {
        return view.member(member.name())
                .map(MemberCodec::encode)
                .filter(MemberCodec.encode(member)::equals)
                .isPresent();
    }

    private void publishHistory(Snapshot now, ClusterView view) throws DcsException {
        int longest = now.config().maxTimelinesHistory();
        var update = isPrimary(now)
                ? History.update(view.history(), now.database(), now.self(), now.now(), longest)
                : History.followed(view.history(), now.database(), longest);
        if (update.isPresent()) {
            store.publishHistory(
                    loss.isPresent() ? History.remarked(update.get(), now.self(), loss.get()) : update.get());
            loss = Optional.empty();
        }
    }

    private void publishStatus(Snapshot now, ClusterView view) throws DcsException {
        Lsn position = now.database().wal().position();
        ClusterStatus status = slots.status(now, view, position);
        if (!status.equals(view.status())) {
            store.publishStatus(status);
        }
    }

    private static boolean isPrimary(Snapshot now) {
        return now.database().is(ServerState.PRIMARY);
    }

    private static boolean isStandbyLeader(Snapshot now) {
        return now.config().isStandbyCluster()
                && now.database().is(ServerState.STANDBY)
                && now.knowledge().lastView().isSurelyLedBy(now.self());
    }

    /** This node as its member entry shows it. */
    static Member describe(Snapshot now) {
        DatabaseStatus database = now.database();
        boolean leads = now.knowledge().lastView().isSurelyLedBy(now.self());
        boolean running = database.is(ServerState.PRIMARY) || database.is(ServerState.STANDBY);
        return new Member(
                now.self(),
                Optional.of(now.node().connUrl()),
                now.node().apiUrl(),
                SelfDescription.state(now.operation(), database, now.orders().isRestarting()),
                SelfDescription.role(database, isStandbyLeader(now)),
                PublicTags.of(now),
                running ? database.wal() : WalPosition.UNKNOWN,
                SelfDescription.replicationState(database),
                leads && !(database.is(ServerState.PRIMARY) && database.checkpointed()),
                now.config().paused(),
                new MemberFacts(
                        now.node().proxyUrl(),
                        database.facts().pendingRestart(),
                        now.orders().scheduled(),
                        database.facts().progress(),
                        database.health().trouble()),
                SelfDescription.PROTOCOL_VERSION);
    }

    /** What others react to, without the positions that change all the time. */
    private static Member withoutProgress(Member member) {
        return new Member(
                member.name(),
                member.connUrl(),
                member.apiUrl(),
                member.state(),
                member.role(),
                member.tags(),
                WalPosition.at(member.wal().timeline(), Lsn.ZERO),
                member.replicationState(),
                member.checkpointPending(),
                member.paused(),
                member.facts().withProgress(Optional.empty()),
                member.version());
    }

    /** The position that is last told, when a server was shut down in good order and the leadership is given away. */
    void publishFinal(NodeName self, Lsn position, ClusterView view) throws DcsException {
        Map<String, Lsn> slots = new TreeMap<>(view.status().slots());
        slots.put(self.slotName(), position);
        store.publishStatus(new ClusterStatus(position, slots, view.status().retainSlots()));
    }
}
