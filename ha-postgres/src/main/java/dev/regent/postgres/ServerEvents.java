package dev.regent.postgres;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Role;
import dev.regent.postgres.Hooks.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells callbacks what becomes of the server, and remembers in which role it last was. Thread-safe. */
final class ServerEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerEvents.class);

    private final String scope;
    private final Supplier<Hooks> hooks;
    private final Callbacks callbacks;
    private final Callbacks reloads;
    private @Nullable Role role;

    /** A server runs, or is about to, of whose start nobody has been told. */
    private boolean startUntold;

    /** A restart is under way: its stop is not told, and its start is told as the end of a restart. */
    private boolean restarting;

    private boolean stoppedToRestart;

    ServerEvents(String scope, Supplier<Hooks> hooks, Tool tool) {
        this.scope = scope;
        this.hooks = hooks;
        this.callbacks = new Callbacks("regent-callbacks", tool);
        this.reloads = new Callbacks("regent-reload-callbacks", tool);
    }

    /** A server was found, or is left to start by itself. */
    synchronized void willBeSeen() {
        startUntold = true;
    }

    /** What is known of the server now. */
    synchronized void seen(DatabaseStatus status) {
        if (startUntold && (status.is(ServerState.PRIMARY) || status.is(ServerState.STANDBY))) {
            started(status.is(ServerState.PRIMARY) ? Role.PRIMARY : Role.REPLICA);
        }
    }

    /** The server is about to follow; whoever thinks that it leads is told at once. True when somebody was told. */
    synchronized boolean follows() {
        boolean led = role == Role.PRIMARY || role == Role.DEMOTED;
        role = Role.REPLICA;
        if (led) {
            tell(Event.ON_ROLE_CHANGE, Role.REPLICA);
        }
        return led;
    }

    /** The start of a server has been waited for; one that is not ready is told of when it is seen. */
    void startEnded(boolean ready, Role as) {
        if (ready) {
            started(as);
        } else {
            willBeSeen();
        }
    }

    private synchronized void started(Role as) {
        startUntold = false;
        role = as;
        tell(stoppedToRestart ? Event.ON_RESTART : Event.ON_START, as);
        restarting = false;
        stoppedToRestart = false;
    }

    /** Whether the next stop is the first half of a restart. One that has stopped its server goes on until that has started. */
    synchronized void restarting(boolean underWay) {
        restarting = underWay;
    }

    synchronized void promoted() {
        if (role != Role.PRIMARY) {
            role = Role.PRIMARY;
            tell(Event.ON_ROLE_CHANGE, Role.PRIMARY);
        }
    }

    /** A server that led does not start again. */
    synchronized void failedToLead() {
        if (role == Role.PRIMARY) {
            role = Role.DEMOTED;
            tell(Event.ON_ROLE_CHANGE, Role.DEMOTED);
        }
    }

    /** A server in this role, as far as its files tell, was told to stop and has. */
    synchronized void stopped(Role as) {
        startUntold = false;
        if (role == null) {
            role = as;
        }
        if (restarting) {
            stoppedToRestart = true;
        } else {
            tell(Event.ON_STOP, current());
        }
    }

    synchronized void reloaded() {
        tell(Event.ON_RELOAD, current());
    }

    private Role current() {
        return role == null ? Role.REPLICA : role;
    }

    private void tell(Event event, Role as) {
        String command = hooks.get().callbacks().get(event);
        if (command == null) {
            return;
        }
        LOG.info("Calling {} for {}, {}", command, event.label(), as.label());
        List<String> words = new ArrayList<>(ShellWords.of(command));
        words.addAll(List.of(event.label(), as.label(), scope));
        (event == Event.ON_RELOAD ? reloads : callbacks).run(words);
    }

    @Override
    public void close() {
        callbacks.close();
        reloads.close();
    }
}
