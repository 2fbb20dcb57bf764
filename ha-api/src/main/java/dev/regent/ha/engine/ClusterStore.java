package dev.regent.ha.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regent.ha.model.ClusterStatus;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.FailsafeMembers;
import dev.regent.ha.model.Initialization;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.SyncState;
import dev.regent.ha.model.TimelineSwitch;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries;
import dev.regent.ha.spi.Entries.Entry;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.Session;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The cluster's entries in a store: which key holds what, shared with every other member and tool. All writes return false
 * when somebody else was faster. Thread-safe as far as the store is.
 */
public final class ClusterStore {
    private static final String INITIALIZE = "initialize";
    private static final String CONFIG = "config";
    private static final String LEADER = "leader";
    private static final String MEMBERS = "members/";
    private static final String STATUS = "status";
    private static final String LEGACY_STATUS = "optime/leader";
    private static final String FAILOVER = "failover";
    private static final String SYNC = "sync";
    private static final String HISTORY = "history";
    private static final String FAILSAFE = "failsafe";

    private final Dcs dcs;
    private final Memo<Optional<DynamicConfig>> config = new Memo<>(entry -> DynamicConfig.parse(entry.value()));
    private final Memo<ClusterStatus> status = new Memo<>(entry -> EntryCodec.decodeStatus(entry.value()));
    private final Memo<SyncState> sync = new Memo<>(entry -> EntryCodec.decodeSync(entry.value(), entry.revision()));
    private final Memo<List<TimelineSwitch>> history = new Memo<>(entry -> EntryCodec.decodeHistory(entry.value()));
    private final Memo<FailsafeMembers> failsafe =
            new Memo<>(entry -> EntryCodec.decodeFailsafe(entry.value(), entry.revision()));
    private final Map<String, Memo<Optional<Member>>> members = new ConcurrentHashMap<>();

    public ClusterStore(Dcs dcs) {
        this.dcs = dcs;
    }

    /** The cluster as it stands; {@code session} tells which entries are this node's own. */
    public ClusterView read(Optional<Session> session) throws DcsException {
        return decode(dcs.read(), session.map(Session::id));
    }

    private ClusterView decode(Entries entries, Optional<String> sessionId) {
        return new ClusterView(
                entries.get(INITIALIZE).map(entry -> initialization(entry, sessionId)),
                entries.get(CONFIG).flatMap(config::of).filter(present -> !present.isEmpty()),
                entries.get(LEADER).flatMap(entry -> leader(entry, sessionId)),
                members(entries),
                entries.get(STATUS)
                        .or(() -> entries.get(LEGACY_STATUS))
                        .map(status::of)
                        .orElse(ClusterStatus.NONE),
                entries.get(FAILOVER).flatMap(entry -> EntryCodec.decodeRequest(entry.value(), entry.revision())),
                entries.get(SYNC).map(sync::of).orElse(SyncState.NONE),
                entries.get(HISTORY).map(history::of).orElse(List.of()),
                entries.get(FAILSAFE).map(failsafe::of).orElse(FailsafeMembers.NONE));
    }

    private static Initialization initialization(Entry entry, Optional<String> sessionId) {
        return new Initialization(entry.value(), entry.revision(), isOurs(entry, sessionId));
    }

    private static Optional<LeaderEntry> leader(Entry entry, Optional<String> sessionId) {
        return EntryCodec.name(entry.value())
                .map(name -> new LeaderEntry(name, entry.revision(), isOurs(entry, sessionId)));
    }

    private static boolean isOurs(Entry entry, Optional<String> sessionId) {
        return sessionId.isPresent() && sessionId.equals(entry.session());
    }

    private Map<NodeName, Member> members(Entries entries) {
        members.keySet().retainAll(entries.byKey().keySet());
        Map<NodeName, Member> present = new TreeMap<>();
        entries.byKey().forEach((key, entry) -> {
            if (key.startsWith(MEMBERS)) {
                members.computeIfAbsent(key, ClusterStore::memberMemo)
                        .of(entry)
                        .ifPresent(member -> present.put(member.name(), member));
            }
        });
        return present;
    }

    private static Memo<Optional<Member>> memberMemo(String key) {
        Optional<NodeName> name = EntryCodec.name(key.substring(MEMBERS.length()));
        return new Memo<>(entry -> name.map(known -> MemberCodec.decode(known, entry.value())));
    }

    boolean claimInitialization(Session session) throws DcsException {
        return session.write(INITIALIZE, "", Expected.ABSENT);
    }

    boolean recordSystemId(String systemId, Expected expected) throws DcsException {
        return dcs.write(INITIALIZE, systemId, expected);
    }

    boolean publishConfig(DynamicConfig config, Expected expected) throws DcsException {
        return dcs.write(CONFIG, config.json(), expected);
    }

    /** Writes the configuration where there is none, or nothing that can be read as one. */
    boolean restoreConfig(DynamicConfig config) throws DcsException {
        Optional<Entry> present = dcs.read().get(CONFIG);
        boolean usable = present.flatMap(this.config::of)
                .filter(found -> !found.isEmpty())
                .isPresent();
        Expected expected = present.map(entry -> Expected.at(entry.revision())).orElse(Expected.ABSENT);
        return !usable && publishConfig(config, expected);
    }

    boolean claimLeadership(Session session, NodeName self, Expected expected) throws DcsException {
        return session.write(LEADER, self.value(), expected);
    }

    boolean releaseLeadership(long revision) throws DcsException {
        return dcs.delete(LEADER, Expected.at(revision));
    }

    /** Consuming means writing an empty request: other members' tools expect the key to stay. */
    public boolean consumeRequest(long revision) throws DcsException {
        return dcs.write(FAILOVER, EntryCodec.NO_REQUEST, Expected.at(revision));
    }

    /** Replaces a request that is pending. */
    public boolean request(FailoverRequest request) throws DcsException {
        return dcs.write(FAILOVER, EntryCodec.encode(request), Expected.ANYTHING);
    }

    boolean writeSync(SyncState sync) throws DcsException {
        Expected expected = sync.revision().map(Expected::at).orElse(Expected.ABSENT);
        return dcs.write(SYNC, EntryCodec.encode(sync), expected);
    }

    boolean dropSync(long revision) throws DcsException {
        return dcs.delete(SYNC, Expected.at(revision));
    }

    boolean publishMember(Session session, Member member) throws DcsException {
        return session.write(MEMBERS + member.name(), MemberCodec.encode(member), Expected.ANYTHING);
    }

    boolean publishStatus(ClusterStatus status) throws DcsException {
        return dcs.write(STATUS, EntryCodec.encode(status), Expected.ANYTHING);
    }

    /** Only over what was last read: who may be asked and who may stand must not depend on which request is late. */
    boolean publishFailsafe(Map<NodeName, String> urls, FailsafeMembers before) throws DcsException {
        Expected expected = before.revision().map(Expected::at).orElse(Expected.ABSENT);
        return dcs.write(FAILSAFE, EntryCodec.encodeFailsafe(urls), expected);
    }

    boolean publishHistory(List<TimelineSwitch> history) throws DcsException {
        return dcs.write(HISTORY, EntryCodec.encode(history), Expected.ANYTHING);
    }

    /**
     * Changes the cluster-wide configuration if it is still the one that was read and returns what it is then; absent when
     * somebody else changed it, or it is missing.
     */
    public Optional<DynamicConfig> changeConfig(UnaryOperator<DynamicConfig> change) throws DcsException {
        Optional<Entry> entry = dcs.read().get(CONFIG);
        Optional<DynamicConfig> present = entry.flatMap(found -> DynamicConfig.parse(found.value()));
        if (entry.isEmpty() || present.isEmpty()) {
            return Optional.empty();
        }
        DynamicConfig changed = change.apply(present.get());
        boolean stands = changed.equals(present.get())
                || publishConfig(changed, Expected.at(entry.get().revision()));
        return stands ? Optional.of(changed) : Optional.empty();
    }

    /** Writes the cluster-wide configuration unless what stands there only spells it differently. */
    public void replaceConfig(JsonNode next) throws DcsException {
        Optional<DynamicConfig> present = dcs.read().get(CONFIG).flatMap(found -> DynamicConfig.parse(found.value()));
        if (present.isEmpty() || !present.get().saysTheSameAs(next)) {
            dcs.write(CONFIG, next.toString(), Expected.ANYTHING);
        }
    }
}
