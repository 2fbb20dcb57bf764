package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowlistTest {
    @ParameterizedTest
    @CsvSource({
        "10.20.0.0/16,  10.20.255.1,  true",
        "10.20.0.7/16,  10.20.0.9,    true",
        "10.20.0.0/16,  10.21.0.1,    false",
        "10.20.0.0/15,  10.21.0.1,    true",
        "10.20.0.11,    10.20.0.11,   true",
        "10.20.0.11,    10.20.0.12,   false",
        "0.0.0.0/0,     192.0.2.1,    true",
        "0.0.0.0/0,     2001:db8::1,  false",
        "2001:db8::/33, 2001:db8::1,  true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "localhost,     127.0.0.1,    true",
        "10.20.0.0/16,  ::ffff:10.20.0.1, true",
    })
    void anAddressIsPermittedByItsBits(String entry, String address, boolean permitted) throws Exception {
        assertThat(Allowlist.resolve(List.of(entry)).permits(InetAddress.getByName(address)))
                .isEqualTo(permitted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "localhost/8", "no-such-host.invalid", "/8"})
    void whatCannotBeUsedLetsNobodyInAndSpoilsNothing(String entry) throws Exception {
        Allowlist nothing = Allowlist.resolve(List.of(entry));
        Allowlist both = Allowlist.resolve(List.of(entry, "10.0.0.0/8"));

        assertThat(nothing.permits(InetAddress.getByName("10.0.0.1"))).isFalse();
        assertThat(both.permits(InetAddress.getByName("10.0.0.1"))).isTrue();
    }

    @Test
    void anyOfTheEntriesWillDo() throws Exception {
        Allowlist list = Allowlist.resolve(List.of("10.0.0.0/8", "192.0.2.7"));

        assertThat(list.permits(InetAddress.getByName("192.0.2.7"))).isTrue();
        assertThat(list.permits(InetAddress.getByName("192.0.2.8"))).isFalse();
    }
}
