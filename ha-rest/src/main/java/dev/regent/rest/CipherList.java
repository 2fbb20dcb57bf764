package dev.regent.rest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads OpenSSL's cipher lists, {@code HIGH:!aNULL:!MD5} or {@code ECDHE-RSA-AES256-GCM-SHA384}, as far as the JVM has the
 * suites. They say nothing on TLS 1.3, whose suites are all good.
 */
final class CipherList {
    private static final Set<String> EVERYTHING = Set.of("ALL", "DEFAULT", "COMPLEMENTOFDEFAULT", "COMPLEMENTOFALL");
    private static final Set<String> STRONG_CIPHERS = Set.of("AES", "AES128", "AES256", "CHACHA20", "CAMELLIA");

    private CipherList() {}

    /** The suites of the JVM that the list selects, in its order; throws when there is none. */
    static List<String> select(String list, List<String> supported) {
        List<String> selected = new ArrayList<>();
        Set<String> banned = new HashSet<>();
        List<String> older = supported.stream().filter(suite -> !isTls13(suite)).toList();
        for (String word : list.split("[:, ]+", -1)) {
            if (word.isEmpty() || word.startsWith("@")) {
                continue;
            }
            boolean isOperator = "!-+".indexOf(word.charAt(0)) >= 0;
            String name = isOperator ? word.substring(1) : word;
            List<String> matching =
                    older.stream().filter(suite -> matches(suite, name)).toList();
            switch (isOperator ? word.charAt(0) : ' ') {
                case '!' -> banned.addAll(matching);
                case '-' -> selected.removeAll(matching);
                case '+' -> moveToEnd(selected, matching);
                default -> selected.addAll(matching);
            }
        }
        selected.removeAll(banned);
        if (selected.isEmpty()) {
            throw new IllegalArgumentException("expected restapi.ciphers to be an OpenSSL cipher list, found \"" + list
                    + "\", which selects none that this JVM has: for example HIGH:!aNULL");
        }
        List<String> all = new ArrayList<>(supported);
        all.removeAll(older);
        all.addAll(selected);
        return List.copyOf(new LinkedHashSet<>(all));
    }

    private static void moveToEnd(List<String> selected, List<String> matching) {
        List<String> moved = selected.stream().filter(matching::contains).toList();
        selected.removeAll(moved);
        selected.addAll(moved);
    }

    private static boolean isTls13(String suite) {
        return !suite.contains("_WITH_");
    }

    private static boolean matches(String suite, String name) {
        if (EVERYTHING.contains(name)) {
            return true;
        }
        if (suite.equalsIgnoreCase(name) || openSslName(suite).equals(name)) {
            return true;
        }
        Set<String> properties = properties(suite);
        return Arrays.stream(name.split("\\+")).allMatch(properties::contains);
    }

    /** {@code TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256} is {@code ECDHE-RSA-AES128-GCM-SHA256}. */
    private static String openSslName(String suite) {
        return suite.replaceFirst("^(TLS|SSL)_", "")
                .replaceFirst("^RSA_WITH_", "")
                .replace("_WITH_", "_")
                .replace("AES_128", "AES128")
                .replace("AES_256", "AES256")
                .replace("CHACHA20_POLY1305_SHA256", "CHACHA20_POLY1305")
                .replace("_CBC", "")
                .replace('_', '-');
    }

    /** The words under which OpenSSL knows a suite. */
    private static Set<String> properties(String suite) {
        Set<String> words = new HashSet<>(List.of(openSslName(suite).split("-")));
        Set<String> properties = new HashSet<>(words);
        // Alone it means the exchange of keys, not the signature.
        properties.remove("RSA");
        String exchange = suite.substring(suite.indexOf('_') + 1, suite.indexOf("_WITH_"));
        if (exchange.startsWith("ECDHE")) {
            properties.addAll(List.of("kECDHE", "kEECDH", "EECDH"));
        } else if (exchange.startsWith("DHE")) {
            properties.addAll(List.of("kDHE", "kEDH", "EDH"));
        } else if (exchange.equals("RSA")) {
            properties.addAll(List.of("kRSA", "RSA"));
        }
        properties.add(authentication(exchange));
        addCipher(properties, words);
        properties.add(suite.endsWith("_SHA") ? "SHA1" : suite.substring(suite.lastIndexOf('_') + 1));
        return properties;
    }

    private static String authentication(String exchange) {
        if (exchange.endsWith("ECDSA")) {
            return "aECDSA";
        }
        return exchange.contains("anon") ? "aNULL" : "aRSA";
    }

    private static void addCipher(Set<String> properties, Set<String> words) {
        if (words.contains("AES128") || words.contains("AES256")) {
            properties.add("AES");
            properties.add(words.contains("GCM") ? "AESGCM" : "AESCBC");
        }
        if (words.contains("NULL")) {
            properties.addAll(List.of("eNULL", "NULL"));
        }
        if (words.contains("3DES")) {
            properties.add("MEDIUM");
        }
        if (STRONG_CIPHERS.stream().anyMatch(properties::contains)) {
            properties.add("HIGH");
        }
    }
}
