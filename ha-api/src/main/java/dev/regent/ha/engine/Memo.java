package dev.regent.ha.engine;

import dev.regent.ha.spi.Entries.Entry;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Decodes an entry when it has changed, and not at every look at it. Thread-safe. */
final class Memo<T> {
    private record Known<T>(Entry entry, T value) {}

    private final Function<Entry, T> decode;
    private volatile @Nullable Known<T> last;

    Memo(Function<Entry, T> decode) {
        this.decode = decode;
    }

    T of(Entry entry) {
        Known<T> known = last;
        if (known == null || !known.entry().equals(entry)) {
            known = new Known<>(entry, decode.apply(entry));
            last = known;
        }
        return known.value();
    }
}
