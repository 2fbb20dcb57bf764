package dev.regent.testkit.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.NodeOrder;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.OrderStep;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.RestartConditions;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.model.SlotKind;
import dev.regent.ha.model.SyncState;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.ManagedDatabase;
import dev.regent.ha.spi.StopMode;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each action reaches its own method of who does it, with itself, and what that says comes back. */
class ActionDispatchTest {
    private final List<String> called = new ArrayList<>();
    private boolean answer;

    @Test
    void eachActionReachesItsOwnMethodAndTheAnswerComesBack() {
        Map<Action, String> methods = new LinkedHashMap<>();
        methods.put(new Action.Wait(Duration.ofSeconds(1)), "doNothing");
        methods.put(Action.CANCEL_OPERATION, "cancelOperation");
        methods.put(new Action.ClaimInitialization(), "claimInitialization");
        methods.put(new Action.RecordSystemId("7300000000000000001", Expected.ABSENT), "recordSystemId");
        methods.put(new Action.PublishConfig(DynamicConfig.DEFAULT), "publishConfig");
        methods.put(new Action.ClaimLeadership(Expected.ABSENT), "claimLeadership");
        methods.put(new Action.ReleaseLeadership(7, Optional.of(new Lsn(1))), "releaseLeadership");
        methods.put(new Action.ConsumeRequest(6), "consumeRequest");
        methods.put(new Action.WriteSync(SyncState.NONE), "writeSync");
        methods.put(new Action.DropSync(5), "dropSync");
        methods.put(new OrderStep.Begin(), "takeOrderStep");
        methods.put(Action.FINISH, "finish");
        methods.put(Action.ABANDON, "abandon");
        methods.put(new Operation.Promote(), "begin");

        methods.forEach((action, method) -> {
            assertThat(dispatched(action, true)).as(method).isTrue();
            assertThat(dispatched(action, false)).as(method).isFalse();
            assertThat(called).as("%s", action).containsExactly(method, method);
            called.clear();
        });
    }

    @Test
    void eachOperationDoesToTheServerWhatItSays() throws Exception {
        Upstream b = Decided.upstream("b");
        Map<Operation, String> calls = new LinkedHashMap<>();
        calls.put(new Operation.CreateCluster(), "create " + DynamicConfig.DEFAULT);
        calls.put(new Operation.Clone(b), "cloneFrom " + b);
        calls.put(new Operation.Restore(), "restore");
        calls.put(new Operation.Discard(), "discard");
        calls.put(new Operation.Rewind(b), "rewindTo " + b);
        calls.put(new Operation.StartPrimary(), "startPrimary");
        calls.put(new Operation.StartPrimary(true), "startPrimaryClosed");
        calls.put(new Operation.OpenToClients(), "openToClients");
        calls.put(new Operation.StartStandby(Optional.of(b)), "startStandby " + Optional.of(b));
        calls.put(new Operation.Follow(Optional.of(b)), "follow " + Optional.of(b));
        calls.put(new Operation.Promote(), "promote");
        calls.put(new Operation.Stop(StopMode.FAST), "stop FAST");
        calls.put(new Operation.BeginCheckpoint(), "beginCheckpoint");
        calls.put(new Operation.SetSynchronousStandbys("b"), "setSynchronousStandbyNames b");
        SlotChanges changes = SlotChanges.creating("b");
        calls.put(new Operation.ChangeSlots(changes), "changeSlots " + changes);
        calls.put(new Operation.CopySlots(b, Map.of()), "copySlots " + b);
        calls.put(new Operation.Configure(DynamicConfig.DEFAULT), "configure " + DynamicConfig.DEFAULT);

        for (Map.Entry<Operation, String> call : calls.entrySet()) {
            call.getKey().run(recording(ManagedDatabase.class));
            assertThat(called).containsExactly(call.getValue());
            called.clear();
        }
    }

    @Test
    void peopleReadWhatIsBeingDone() {
        assertThat(List.of(
                        new Operation.Restore().label(),
                        new Operation.Discard().label(),
                        new Operation.OpenToClients().label(),
                        new Operation.BeginCheckpoint().label(),
                        new Operation.Configure(DynamicConfig.DEFAULT).label(),
                        new Operation.SetSynchronousStandbys("").label(),
                        new Operation.SetSynchronousStandbys("b").label(),
                        new Operation.ChangeSlots(SlotChanges.dropping("b", "c")).label(),
                        new Operation.ChangeSlots(new SlotChanges(Set.of("b"), Map.of("b", SlotKind.physical())))
                                .label(),
                        new Operation.CopySlots(Decided.upstream("b"), Map.of("cdc", new SlotKind.Logical("app", "x")))
                                .label(),
                        new NodeOrder.Restart(RestartConditions.NONE).label(),
                        new NodeOrder.Reinitialize(false, false).label()))
                .containsExactly(
                        "restore a backup",
                        "take the data out of the way",
                        "let clients in",
                        "begin a checkpoint",
                        "take over the cluster-wide configuration",
                        "let commits wait for nobody",
                        "let commits wait for b",
                        "drop the slots [b, c]",
                        "drop the slots [b] and make the slots [b]",
                        "copy the logical slots [cdc] from b",
                        "restart",
                        "reinitialize");
    }

    private boolean dispatched(Action action, boolean said) {
        answer = said;
        Action.Handler<RuntimeException> handler = handler();
        return action.accept(handler);
    }

    @SuppressWarnings("unchecked")
    private Action.Handler<RuntimeException> handler() {
        return (Action.Handler<RuntimeException>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Action.Handler.class}, (proxy, method, arguments) -> {
                    called.add(method.getName());
                    return answer;
                });
    }

    private <T> T recording(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    String with = arguments == null ? "" : " " + arguments[0];
                    called.add(method.getName() + with);
                    return null;
                }));
    }
}
