package dev.regent.ha.model;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Under which conditions a server is to be restarted, and how much time that may take. Immutable.
 *
 * @param role only while the node has this role
 * @param olderThan only while the server is older than this version, which is written as in {@code 16.4}
 * @param ifPending only while a setting waits for a restart
 * @param timeout how long the start may take before another member may take over; {@code primary_start_timeout} when absent
 */
public record RestartConditions(
        Optional<Role> role, Optional<String> olderThan, boolean ifPending, Optional<Duration> timeout) {
    /** Restart in any case. */
    public static final RestartConditions NONE =
            new RestartConditions(Optional.empty(), Optional.empty(), false, Optional.empty());

    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,3})(?:\\.(\\d{1,2}))?");
    private static final int FIRST_OF_TWO_PARTS = 10;
    private static final int MAJOR = 10_000;
    private static final int MIDDLE = 100;

    public RestartConditions {
        olderThan.ifPresent(RestartConditions::number);
        if (timeout.filter(limit -> limit.isZero() || limit.isNegative()).isPresent()) {
            throw new IllegalArgumentException("expected a positive timeout, found " + timeout.get());
        }
    }

    public boolean areMet(Role present, int serverVersion, boolean pending) {
        return role.filter(wanted -> wanted != present).isEmpty()
                && olderThan.filter(version -> serverVersion >= number(version)).isEmpty()
                && (!ifPending || pending);
    }

    /** As in {@code server_version_num}; throws when it is not a version. */
    private static int number(String version) {
        Matcher parts = VERSION.matcher(version);
        if (!parts.matches()) {
            throw new IllegalArgumentException("expected a version X.Y or X.Y.Z, found \"" + version + "\"");
        }
        int major = Integer.parseInt(parts.group(1));
        int minor = Integer.parseInt(parts.group(2));
        if (parts.group(3) != null) {
            return major * MAJOR + minor * MIDDLE + Integer.parseInt(parts.group(3));
        }
        if (major < FIRST_OF_TWO_PARTS) {
            throw new IllegalArgumentException("expected three parts before version 10, found \"" + version + "\"");
        }
        return major * MAJOR + minor;
    }
}
