package dev.regent.ctl;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Rows under columns. A cell is text, a number, a boolean, {@link #NULL} or a map; empty text where there is nothing. Immutable.
 */
record Table(List<Column> columns, List<List<Object>> rows) {

    /** Numbers are easier to compare when they end below each other. */
    enum Alignment {
        LEFT,
        RIGHT
    }

    /**
     * One column.
     *
     * @param name what programs call it
     * @param heading what people read above it; empty when the title says it already
     */
    record Column(String name, String heading, Alignment alignment) {
        static Column left(String name) {
            return new Column(name, name, Alignment.LEFT);
        }

        static Column right(String name) {
            return new Column(name, name, Alignment.RIGHT);
        }

        Column headed(String text) {
            return new Column(name, text, alignment);
        }

        boolean isForPeople() {
            return !heading.isEmpty();
        }
    }

    static final String EMPTY = "";

    /** What a server does not know. */
    static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "None";
        }
    };

    /** A cell as one text, as the reference's language spells values. */
    static String text(Object cell) {
        return cell instanceof Boolean is ? (is ? "True" : "False") : cell.toString();
    }

    /** The same table with other cells. */
    Table mapped(UnaryOperator<Object> change) {
        return new Table(
                columns,
                rows.stream().map(row -> row.stream().map(change).toList()).toList());
    }

    Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
    }
}
