package dev.regent.rest;

import java.util.Locale;
import java.util.Optional;

/** An HTTP answer as it came over the wire. */
record Reply(String head, String body) {
    static Reply of(String raw) {
        int end = raw.indexOf("\r\n\r\n");
        return new Reply(raw.substring(0, end + 2), raw.substring(end + 4));
    }

    int status() {
        return Integer.parseInt(head.split(" ", 3)[1]);
    }

    Optional<String> header(String name) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst();
    }
}
