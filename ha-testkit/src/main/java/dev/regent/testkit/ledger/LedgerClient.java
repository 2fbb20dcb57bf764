package dev.regent.testkit.ledger;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes numbered rows one after the other, each in a transaction of its own, to whichever of the given servers accepts
 * them, and keeps a ledger of those that were acknowledged. When a write fails it looks for a server that takes the next;
 * the failed number is given up, because whether it was written is unknown. Thread-safe.
 */
public final class LedgerClient implements AutoCloseable {
    private static final String TABLE = "regent_ledger";
    private static final String CREATE = "CREATE TABLE IF NOT EXISTS " + TABLE
            + " (number bigint PRIMARY KEY, at timestamptz DEFAULT clock_timestamp())";
    private static final String INSERT = "INSERT INTO " + TABLE + " (number) VALUES (?)";
    private static final String PASSIVE = "SELECT pg_is_in_recovery()";

    /** Short enough not to be what is measured, long enough not to load the machine. */
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(2);

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(5);
    /** A server that takes a connection and then says nothing is given up after this time. */
    private static final int SECONDS_TO_ANSWER = 3;

    private static final Duration TIME_TO_END = Duration.ofSeconds(10);

    private final List<String> urls;
    private final Properties login;
    private final List<Acknowledged> ledger = new ArrayList<>();
    private final Thread thread;
    private volatile boolean stopping;
    private int next;
    private long number;

    /** @param urls JDBC URLs of all servers that may become primary */
    public LedgerClient(List<String> urls, String user, String password) {
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("a ledger needs the JDBC URL of one server at least");
        }
        this.urls = List.copyOf(urls);
        this.login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", password);
        login.setProperty("connectTimeout", String.valueOf(SECONDS_TO_ANSWER));
        login.setProperty("loginTimeout", String.valueOf(SECONDS_TO_ANSWER));
        login.setProperty("socketTimeout", String.valueOf(SECONDS_TO_ANSWER));
        login.setProperty("ApplicationName", "ledger");
        this.thread = new Thread(this::run, "ledger");
        thread.setDaemon(true);
    }

    public LedgerClient start() {
        thread.start();
        return this;
    }

    /** The time by which this ledger's entries are dated, to mark a moment before something is done to the cluster. */
    public static Duration now() {
        return Duration.ofNanos(System.nanoTime());
    }

    /** The number of writes acknowledged so far. */
    public synchronized int size() {
        return ledger.size();
    }

    /** The server that acknowledged the last write. */
    public synchronized Optional<String> lastServer() {
        return ledger.isEmpty()
                ? Optional.empty()
                : Optional.of(ledger.get(ledger.size() - 1).url());
    }

    /** The longest pause that ended after the given moment. */
    public synchronized Optional<WriteGap> longestGapSince(Duration moment) {
        @Nullable WriteGap longest = null;
        for (int i = 1; i < ledger.size(); i++) {
            Acknowledged before = ledger.get(i - 1);
            Acknowledged after = ledger.get(i);
            Duration length = after.at().minus(before.at());
            if (after.at().compareTo(moment) > 0 && (longest == null || length.compareTo(longest.length()) > 0)) {
                longest = new WriteGap(length, before, after);
            }
        }
        return Optional.ofNullable(longest);
    }

    /** Waits until a write that was sent after this call is acknowledged by a server that the condition accepts. */
    public boolean awaitWrite(Duration limit, Predicate<String> server) {
        Duration asked = now();
        Duration deadline = asked.plus(limit);
        while (now().compareTo(deadline) < 0) {
            synchronized (this) {
                boolean arrived = !ledger.isEmpty()
                        && ledger.get(ledger.size() - 1).at().compareTo(asked) > 0
                        && server.test(ledger.get(ledger.size() - 1).url());
                if (arrived) {
                    return true;
                }
            }
            LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
        }
        return false;
    }

    /** Acknowledged numbers that the server does not have: promises broken. */
    public List<Long> missingOn(String url) throws SQLException {
        Set<Long> present = new HashSet<>();
        try (Connection connection = DriverManager.getConnection(url, login);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT number FROM " + TABLE)) {
            while (rows.next()) {
                present.add(rows.getLong(1));
            }
        }
        synchronized (this) {
            return ledger.stream()
                    .map(Acknowledged::number)
                    .filter(written -> !present.contains(written))
                    .toList();
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** Ends writing; the ledger stays. */
    public void stop() {
        stopping = true;
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(TIME_TO_END.toSeconds()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopping) {
            String url = urls.get(next);
            try (Connection connection = DriverManager.getConnection(url, login)) {
                writeTo(url, connection);
            } catch (SQLException noWrites) {
                next = (next + 1) % urls.size();
                LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
            }
        }
    }

    private void writeTo(String url, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet answer = statement.executeQuery(PASSIVE)) {
                if (answer.next() && answer.getBoolean(1)) {
                    throw new SQLException("the server at " + url + " is in recovery and takes no writes");
                }
            }
            statement.execute(CREATE);
        }
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            while (!stopping) {
                number++;
                insert.setLong(1, number);
                insert.executeUpdate();
                acknowledge(new Acknowledged(number, url, now()));
                LockSupport.parkNanos(BETWEEN_WRITES.toNanos());
            }
        }
    }

    private synchronized void acknowledge(Acknowledged write) {
        ledger.add(write);
    }
}
