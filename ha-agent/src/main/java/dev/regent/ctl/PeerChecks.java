package dev.regent.ctl;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.Member;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** Whether members can be reached from here, and agree on the time. */
final class PeerChecks {
    private static final int CONNECT_MILLIS = 3000;
    /** Answers tell the time to the second, and take a moment to arrive. */
    private static final Duration LARGEST_DIFFERENCE = Duration.ofSeconds(2);

    private final Cluster cluster;
    private final Supplier<Instant> clock;

    PeerChecks(Cluster cluster, Supplier<Instant> clock) {
        this.cluster = cluster;
        this.clock = clock;
    }

    List<Finding> of(Look look) throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        Map<String, Duration> aheadOfUs = new TreeMap<>();
        for (Member member : look.members()) {
            findings.add(api(member, aheadOfUs));
            findings.add(server(member));
        }
        clocks(aheadOfUs).ifPresent(findings::add);
        return findings;
    }

    private Finding api(Member member, Map<String, Duration> aheadOfUs) throws InterruptedException {
        String check = "REST API of " + member.name();
        String expected = "an answer at " + member.apiUrl().orElse("(the member does not say where)");
        try {
            RestCalls.Answer answer = cluster.ask(member, "patroni").get();
            answer.date().ifPresent(date -> aheadOfUs.put(member.name().value(), Duration.between(clock.get(), date)));
            return Finding.good(check, expected, "it answers");
        } catch (ExecutionException silent) {
            return Finding.fault(
                    check,
                    expected,
                    RestCalls.cause(silent),
                    "start its agent, or open the way to it: elections and switchovers ask there");
        }
    }

    private static Finding server(Member member) {
        String check = "PostgreSQL of " + member.name();
        Optional<Address> address = MemberCells.address(member);
        String expected = "a connection to " + address.map(Address::toString).orElse("(the member does not say where)");
        if (address.isEmpty()) {
            return Finding.fault(check, expected, "no address", "set postgresql.connect_address of that member");
        }
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(address.get().host(), address.get().port()), CONNECT_MILLIS);
            return Finding.good(check, expected, "it connects");
        } catch (IOException refused) {
            return Finding.fault(
                    check,
                    expected,
                    RestCalls.cause(refused),
                    "start it, or open the way to it: standbys stream, are cloned and rewound from there");
        }
    }

    /** Absent when nobody has told the time. */
    static Optional<Finding> clocks(Map<String, Duration> aheadOfUs) {
        if (aheadOfUs.isEmpty()) {
            return Optional.empty();
        }
        Duration first = aheadOfUs.values().stream().max(Duration::compareTo).orElseThrow();
        Duration last = aheadOfUs.values().stream().min(Duration::compareTo).orElseThrow();
        Duration difference = first.minus(last);
        String expected = "members' clocks within " + LARGEST_DIFFERENCE.toSeconds() + " s";
        String found = difference.toSeconds() + " s between the first and the last";
        return Optional.of(
                difference.compareTo(LARGEST_DIFFERENCE) <= 0
                        ? Finding.good("clocks", expected, found)
                        : Finding.risk(
                                "clocks",
                                expected,
                                found + ": " + aheadOfUs.keySet(),
                                "let their clocks be set by NTP: schedules, logs and history go wrong"));
    }
}
