package dev.regent.ctl;

import dev.regent.ha.model.Address;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** Logs in to the servers of members as {@code psql} does, and asks them. */
final class SqlClient {
    private static final String SECONDS_TO_CONNECT = "5";
    private static final String APPLICATION = "Patroni ctl";

    /** What a server answered. */
    record Rows(List<String> columns, List<List<Object>> values) {}

    /** Why there is no answer, in the words that existing scripts know. */
    static final class Problem extends Exception {
        private static final long serialVersionUID = 1;

        Problem(String message) {
            super(message);
        }

        Problem(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private final Properties login = new Properties();
    private final String database;

    SqlClient(
            Optional<String> username,
            Optional<String> password,
            Optional<String> database,
            Map<String, String> environment) {
        String user =
                username.or(() -> variable(environment, "PGUSER")).orElseGet(() -> System.getProperty("user.name"));
        login.setProperty("user", user);
        password.or(() -> variable(environment, "PGPASSWORD"))
                .ifPresent(secret -> login.setProperty("password", secret));
        variable(environment, "PGSSLMODE").ifPresent(mode -> login.setProperty("sslmode", mode));
        variable(environment, "PGSSLROOTCERT").ifPresent(file -> login.setProperty("sslrootcert", file));
        login.setProperty("ApplicationName", variable(environment, "PGAPPNAME").orElse(APPLICATION));
        login.setProperty("connectTimeout", SECONDS_TO_CONNECT);
        login.setProperty("loginTimeout", SECONDS_TO_CONNECT);
        this.database = database.or(() -> variable(environment, "PGDATABASE")).orElse(user);
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** What the first member that is meant answers. */
    Rows ask(Look look, ChosenMember chosen, String sql) throws Problem {
        Optional<Address> address = chosen.in(look, MemberRole.ANY).flatMap(MemberCells::address);
        if (address.isEmpty()) {
            throw new Problem(noConnection(chosen));
        }
        try (Connection connection = DriverManager.getConnection(url(address.get()), login)) {
            if (!isAsExpected(connection, chosen)) {
                throw new Problem(noConnection(chosen));
            }
            return ask(connection, sql);
        } catch (SQLException refused) {
            throw new Problem(noConnection(chosen) + ": " + oneLine(refused), refused);
        }
    }

    private String url(Address address) {
        return "jdbc:postgresql://" + address + "/" + database;
    }

    private static String noConnection(ChosenMember chosen) {
        return chosen.name()
                .map(name -> "No connection to member " + name + " is available")
                .or(() -> chosen.role().map(role -> "No connection to role '" + role + "' is available"))
                .orElse("No connection is available");
    }

    /** The server itself knows better than the store what it is. */
    private static boolean isAsExpected(Connection connection, ChosenMember chosen) throws SQLException {
        MemberRole role = chosen.role().orElse(MemberRole.ANY);
        if (role == MemberRole.ANY || role == MemberRole.LEADER) {
            return true;
        }
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("SELECT pg_is_in_recovery()")) {
            return answer.next() && answer.getBoolean(1) == (role != MemberRole.PRIMARY);
        }
    }

    private static Rows ask(Connection connection, String sql) throws Problem {
        try (Statement statement = connection.createStatement()) {
            return last(statement, statement.execute(sql))
                    .orElseThrow(() -> new Problem("ERROR, SQLSTATE: no results to fetch"));
        } catch (SQLException refused) {
            throw new Problem(
                    "ERROR, SQLSTATE: "
                            + Optional.ofNullable(refused.getSQLState()).orElse(oneLine(refused)),
                    refused);
        }
    }

    /** What the last of several statements returns. */
    private static Optional<Rows> last(Statement statement, boolean returnsRows) throws SQLException {
        Optional<Rows> last = Optional.empty();
        boolean rowsFollow = returnsRows;
        while (rowsFollow || statement.getUpdateCount() != -1) {
            if (rowsFollow) {
                try (ResultSet rows = statement.getResultSet()) {
                    last = Optional.of(read(rows));
                }
            } else {
                last = Optional.empty();
            }
            rowsFollow = statement.getMoreResults();
        }
        return last;
    }

    private static Rows read(ResultSet rows) throws SQLException {
        ResultSetMetaData meta = rows.getMetaData();
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            columns.add(meta.getColumnLabel(i));
        }
        List<List<Object>> values = new ArrayList<>();
        while (rows.next()) {
            List<Object> row = new ArrayList<>();
            for (int i = 1; i <= columns.size(); i++) {
                row.add(value(rows, i));
            }
            values.add(row);
        }
        return new Rows(columns, values);
    }

    /** Numbers and booleans as they are, all else as the text that the server sends. */
    private static Object value(ResultSet rows, int column) throws SQLException {
        Object value = rows.getObject(column);
        if (value == null) {
            return Table.NULL;
        }
        boolean plain = value instanceof Number || value instanceof Boolean;
        return plain ? value : rows.getString(column);
    }

    static String oneLine(SQLException refused) {
        return String.valueOf(refused.getMessage()).replaceAll("\\s*\\n\\s*", " ");
    }
}
