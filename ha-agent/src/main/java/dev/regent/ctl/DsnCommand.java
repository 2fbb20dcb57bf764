package dev.regent.ctl;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code regentctl dsn}. */
@Command(name = "dsn", description = "Shows where a member's server is reached; by default the leader's.")
final class DsnCommand extends ClusterCommand {
    @Mixin
    private final ChosenMember chosen = new ChosenMember();

    @Override
    boolean run(Cluster cluster, Terminal terminal) {
        chosen.check();
        Look look = cluster.look();
        String dsn = chosen.in(look, MemberRole.LEADER)
                .flatMap(MemberCells::address)
                .map(address -> "host=" + address.host() + " port=" + address.port())
                .orElseThrow(() -> new CommandFailure("Can not find a suitable member"));
        terminal.line(dsn);
        return true;
    }
}
