package dev.regent.testkit.sim;

import static dev.regent.testkit.sim.EventQueue.MILLISECOND;
import static dev.regent.testkit.sim.EventQueue.SECOND;

import dev.regent.ha.model.ServerHealth.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** One way in which things go wrong for a while. */
enum FaultKind {
    AGENT_CRASH(4) {
        @Override
        boolean inject(Scene scene) {
            SimNode node = scene.anyNode();
            node.crashAgent();
            scene.later(SECOND / 2, 45 * SECOND, node::startAgent);
            return true;
        }
    },
    SERVER_CRASH(4) {
        @Override
        boolean inject(Scene scene) {
            scene.anyNode().crashServer();
            return true;
        }
    },
    SERVER_HANG(2) {
        @Override
        boolean inject(Scene scene) {
            SimNode node = scene.anyNode();
            scene.note(node, "SERVER HANGS");
            node.server().freeze();
            scene.later(SECOND, 40 * SECOND, () -> {
                if (!node.isFrozen()) {
                    node.server().thaw();
                }
            });
            return true;
        }
    },
    HOST_CRASH(4) {
        @Override
        boolean inject(Scene scene) {
            SimNode node = scene.anyNode();
            node.crashHost();
            scene.later(2 * SECOND, 90 * SECOND, node::startAgent);
            return true;
        }
    },
    AGENT_PAUSE(5) {
        @Override
        boolean inject(Scene scene) {
            SimNode node = scene.anyNode();
            node.pauseAgent();
            scene.later(SECOND, 60 * SECOND, node::resumeAgent);
            return true;
        }
    },
    HOST_PAUSE(4) {
        @Override
        boolean inject(Scene scene) {
            SimNode node = scene.anyNode();
            node.freeze();
            scene.later(SECOND, 60 * SECOND, node::thaw);
            return true;
        }
    },
    STORE_CUT(5) {
        @Override
        boolean inject(Scene scene) {
            SimNode node = scene.anyNode();
            scene.note(node, "IS CUT OFF FROM THE STORE");
            node.road().cut();
            scene.later(SECOND, 60 * SECOND, node.road()::reconnect);
            return true;
        }
    },
    STORE_TROUBLE(6) {
        @Override
        boolean inject(Scene scene) {
            SimNode node = scene.anyNode();
            double share = scene.dice().fraction();
            scene.note(node, "HAS A BAD ROAD TO THE STORE: " + share);
            node.road().trouble(share);
            scene.later(5 * SECOND, 60 * SECOND, () -> node.road().trouble(0));
            return true;
        }
    },
    STORE_TROUBLE_FOR_ALL(3) {
        @Override
        boolean inject(Scene scene) {
            double share = scene.dice().fraction() / 2;
            scene.cluster().trace().note("-", () -> "EVERYBODY HAS A BAD ROAD TO THE STORE: " + share);
            List<SimNode> nodes = scene.cluster().nodes();
            nodes.forEach(node -> node.road().trouble(share));
            scene.later(
                    5 * SECOND,
                    60 * SECOND,
                    () -> nodes.forEach(node -> node.road().trouble(0)));
            return true;
        }
    },
    STORE_FROZEN(3) {
        @Override
        boolean inject(Scene scene) {
            boolean outlived = scene.cluster().settings().failsafe();
            long duration = scene.dice().between(SECOND, outlived ? 150 * SECOND : 45 * SECOND);
            scene.cluster().trace().note("-", () -> "THE STORE STANDS STILL FOR " + duration / SECOND + " s");
            scene.cluster().store().freezeFor(duration);
            return true;
        }
    },
    LINK_CUT(5) {
        @Override
        boolean inject(Scene scene) {
            SimNode one = scene.anyNode();
            SimNode other = scene.anyNode();
            if (one == other) {
                return false;
            }
            scene.note(one, "IS CUT OFF FROM " + other.name());
            scene.cluster().network().cut(one.name(), other.name());
            scene.later(SECOND, 60 * SECOND, () -> scene.cluster().network().heal(one.name(), other.name()));
            return true;
        }
    },
    /** Cut off from everybody and the store: the classic partition. */
    NODE_CUT(4) {
        @Override
        boolean inject(Scene scene) {
            SimNode node = scene.anyNode();
            scene.note(node, "IS CUT OFF FROM EVERYBODY");
            node.road().cut();
            SimNetwork network = scene.cluster().network();
            List<SimNode> nodes = scene.cluster().nodes();
            nodes.stream().filter(other -> other != node).forEach(other -> network.cut(node.name(), other.name()));
            scene.later(SECOND, 70 * SECOND, () -> {
                node.road().reconnect();
                nodes.stream().filter(other -> other != node).forEach(other -> network.heal(node.name(), other.name()));
            });
            return true;
        }
    },
    SLOW_NETWORK(3) {
        @Override
        boolean inject(Scene scene) {
            long delay = scene.dice().between(10 * MILLISECOND, 4 * SECOND);
            scene.cluster().trace().note("-", () -> "THE NETWORK TAKES UP TO " + delay / MILLISECOND + " ms");
            scene.cluster().network().delayUpTo(delay);
            scene.later(5 * SECOND, 60 * SECOND, scene.cluster().network()::endDelay);
            return true;
        }
    },
    REPLAY_HELD(2) {
        @Override
        boolean inject(Scene scene) {
            SimNode node = scene.anyNode();
            scene.note(node, "REPLAYS NOTHING");
            node.server().recovery().hold(true);
            scene.later(5 * SECOND, 60 * SECOND, () -> node.server().recovery().hold(false));
            return true;
        }
    },
    WATCHDOG_BREAKS(2) {
        @Override
        boolean inject(Scene scene) {
            SimNode node = scene.anyNode();
            if (!scene.cluster().settings().guardsByDevice()) {
                return false;
            }
            scene.note(node, "ITS WATCHDOG BREAKS");
            node.device().breakDown();
            scene.later(5 * SECOND, 90 * SECOND, node.device()::repair);
            return true;
        }
    },
    /** The server answers, and has too little space, or cannot write, or no data any more. */
    STORAGE_FAILS(5) {
        @Override
        boolean inject(Scene scene) {
            SimNode node = scene.dice().chance(1.0 / 2)
                    ? scene.cluster().nodes().stream()
                            .filter(each -> each.server().acceptsWrites())
                            .findFirst()
                            .orElseGet(scene::anyNode)
                    : scene.anyNode();
            List<Finding> findings = List.of(Finding.values());
            Finding finding = findings.get((int) scene.dice().between(1, findings.size() - 1L));
            scene.note(node, "ITS STORAGE FAILS: " + finding.label());
            SimStorage storage = node.server().directory().storage();
            long lasts = scene.dice().between(5 * SECOND, 120 * SECOND);
            storage.fail(finding, scene.cluster().queue().now(), lasts);
            scene.later(lasts, lasts, storage::recover);
            return true;
        }
    },
    DISK_LOSS(1) {
        @Override
        boolean inject(Scene scene) {
            SimNode node = scene.anyNode();
            if (!scene.operator().mayLoseDisk(node)) {
                return false;
            }
            node.loseDisk();
            scene.later(2 * SECOND, 60 * SECOND, node::startAgent);
            return true;
        }
    },
    /** The synchronous standby dies, the others have stopped receiving before, and then the primary dies, too. */
    WORST_MOMENT(2) {
        @Override
        boolean inject(Scene scene) {
            SimNetwork network = scene.cluster().network();
            List<SimNode> nodes = scene.cluster().nodes();
            List<SimNode> primaries =
                    nodes.stream().filter(node -> node.server().acceptsWrites()).toList();
            if (primaries.size() != 1) {
                return false;
            }
            SimNode primary = primaries.get(0);
            scene.note(primary, "IS LOST AT THE WORST MOMENT");
            long lag = scene.dice().between(SECOND, 5 * SECOND);
            for (SimNode node : nodes) {
                boolean confirms = primary.server().isListedAsSynchronous(node.name());
                if (confirms) {
                    scene.cluster().queue().after(lag, node::crashHost);
                    scene.later(40 * SECOND, 90 * SECOND, node::startAgent);
                } else if (node != primary) {
                    network.cut(primary.name(), node.name());
                    scene.later(40 * SECOND, 60 * SECOND, () -> network.heal(primary.name(), node.name()));
                }
            }
            scene.cluster().queue().after(lag + scene.dice().between(0, 5 * SECOND), primary::crashHost);
            scene.later(40 * SECOND, 90 * SECOND, primary::startAgent);
            return true;
        }
    },
    /** The primary loses its standbys, starts again with commits that have waited for them, and then its host dies. */
    RESTART_WHILE_COMMITS_WAIT(2) {
        @Override
        boolean inject(Scene scene) {
            SimNetwork network = scene.cluster().network();
            List<SimNode> nodes = scene.cluster().nodes();
            List<SimNode> primaries =
                    nodes.stream().filter(node -> node.server().acceptsWrites()).toList();
            if (primaries.size() != 1) {
                return false;
            }
            SimNode primary = primaries.get(0);
            scene.note(primary, "LOSES ITS STANDBYS AND IS RESTARTED WHILE COMMITS WAIT");
            for (SimNode node : nodes) {
                if (node != primary) {
                    network.cut(primary.name(), node.name());
                    scene.later(15 * SECOND, 40 * SECOND, () -> network.heal(primary.name(), node.name()));
                }
            }
            boolean ordered = scene.dice().chance(1.0 / 2);
            scene.later(2 * SECOND, 4 * SECOND, () -> {
                if (ordered) {
                    scene.operator().restart(primary);
                } else {
                    primary.crashServer();
                }
            });
            scene.later(8 * SECOND, 15 * SECOND, primary::crashHost);
            scene.later(60 * SECOND, 90 * SECOND, primary::startAgent);
            return true;
        }
    },
    AGENT_LEAVES(3) {
        @Override
        boolean inject(Scene scene) {
            SimNode node = scene.anyNode();
            node.shutDownAgent();
            scene.later(10 * SECOND, 60 * SECOND, node::startAgent);
            return true;
        }
    },
    SWITCHOVER(4) {
        @Override
        boolean inject(Scene scene) {
            return scene.operator().switchover();
        }
    },
    SWITCHOVER_SCHEDULED(2) {
        @Override
        boolean inject(Scene scene) {
            return scene.operator().scheduleSwitchover();
        }
    },
    RESTART_ORDERED(4) {
        @Override
        boolean inject(Scene scene) {
            return scene.operator().restart(scene.anyNode());
        }
    },
    REINITIALIZE_ORDERED(2) {
        @Override
        boolean inject(Scene scene) {
            return scene.operator().reinitialize(scene.anyNode());
        }
    },
    FAILOVER(2) {
        @Override
        boolean inject(Scene scene) {
            return scene.operator().failover(scene.anyNode());
        }
    },
    TIMINGS_CHANGED(2) {
        @Override
        boolean inject(Scene scene) {
            return scene.operator().changeTimings();
        }
    },
    SYNCHRONOUS_STANDBYS_CHANGED(3) {
        @Override
        boolean inject(Scene scene) {
            return scene.operator().changeSynchronousStandbys();
        }
    },
    PAUSED_CLUSTER(2) {
        @Override
        boolean inject(Scene scene) {
            return scene.operator().pauseCluster();
        }
    };

    /** Where a fault takes place; {@code peace} tells whether its end has been brought about otherwise. */
    record Scene(SimCluster cluster, Operator operator, Dice dice, BooleanSupplier peace) {
        SimNode anyNode() {
            return dice.pick(cluster.nodes());
        }

        void note(SimNode node, String what) {
            cluster.trace().note(node.name().value(), () -> what);
        }

        /** The end of the fault; comes too late to do harm when everything was healed before. */
        void later(long earliest, long latest, Runnable end) {
            cluster.queue().after(dice.between(earliest, latest), end);
        }
    }

    private final int weight;

    FaultKind(int weight) {
        this.weight = weight;
    }

    /** Lets it go wrong; false when that is not possible now. */
    abstract boolean inject(Scene scene);

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Every kind as often as it weighs. */
    static List<FaultKind> weighted() {
        List<FaultKind> kinds = new ArrayList<>();
        for (FaultKind kind : values()) {
            for (int i = 0; i < kind.weight; i++) {
                kinds.add(kind);
            }
        }
        return kinds;
    }
}
