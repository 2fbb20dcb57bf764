package dev.regent.agent.config;

/**
 * Where something of the configuration was said: a line of a file, or a variable. Immutable.
 *
 * @param line counted from 1; 0 where there are no lines
 */
record Place(String source, int line) {
    static Place of(String source) {
        return new Place(source, 0);
    }

    @Override
    public String toString() {
        return line == 0 ? source : source + ", line " + line;
    }
}
