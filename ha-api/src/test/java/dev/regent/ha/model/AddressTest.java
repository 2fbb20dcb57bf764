package dev.regent.ha.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @ParameterizedTest
    @CsvSource({
        "postgres://10.20.0.11:5432/postgres, 10.20.0.11, 5432",
        "postgres://db-1.example.com:6432/app, db-1.example.com, 6432",
        "postgres://pg_1:5432/postgres, pg_1, 5432",
        "postgres://[2001:db8::1]:5433/postgres, 2001:db8::1, 5433",
        "postgres://pg/postgres, pg, 5432",
        "postgresql://user:word@pg:5555?sslmode=require, pg, 5555",
    })
    void theAddressIsReadFromAMembersUrl(String url, String host, int port) {
        assertThat(Address.ofUrl(url)).isEqualTo(new Address(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pg:5432",
                "postgres://",
                "postgres:///postgres",
                "postgres://pg:0/x",
                "postgres://pg:99999/x"
            })
    void whatIsNoAddressIsAbsent(String url) {
        assertThat(Address.inUrl(url)).isEmpty();
        assertThatThrownBy(() -> Address.ofUrl(url))
                .hasMessage("expected postgres://host:port/database, found \"" + url + "\"");
    }

    @Test
    void anIpV6AddressIsWrittenInBrackets() {
        assertThat(new Address("2001:db8::1", 5432)).hasToString("[2001:db8::1]:5432");
        assertThat(new Address("pg", 5432)).hasToString("pg:5432");
    }

    @Test
    void aPortThatIsNoneIsRefused() {
        assertThatThrownBy(() -> new Address("pg", 65_536))
                .hasMessage("expected a host and a port from 1 to 65535, found \"pg\" and 65536");
    }
}
