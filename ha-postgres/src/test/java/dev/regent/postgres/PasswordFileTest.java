package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class PasswordFileTest {
    @Test
    void colonsAndBackslashesAreEscaped() throws Exception {
        assertThat(content("10.0.0.1", "5432", "p:w\\d")).isEqualTo("10.0.0.1:5432:*:rep:p\\:w\\\\d\n");
    }

    @Test
    void eachHostOfAListHasALine() throws Exception {
        assertThat(content("10.0.0.1,10.0.0.2", "5432", "x"))
                .isEqualTo("10.0.0.1:5432:*:rep:x\n10.0.0.2:5432:*:rep:x\n");
    }

    @Test
    void aSocketDirectoryAlsoStandsForLocalhost() throws Exception {
        assertThat(content("/tmp", "5432", "x")).isEqualTo("/tmp:5432:*:rep:x\nlocalhost:5432:*:rep:x\n");
        assertThat(content("/tmp,localhost", "5432", "x")).isEqualTo("/tmp:5432:*:rep:x\nlocalhost:5432:*:rep:x\n");
    }

    @Test
    void withoutHostAndPortThePasswordIsForAll() throws Exception {
        assertThat(content("", "", "x")).isEqualTo("*:*:*:rep:x\n");
    }

    private static String content(String hosts, String port, String password) throws IOException {
        return PasswordFile.content(hosts, port, Credentials.of("rep", password));
    }
}
