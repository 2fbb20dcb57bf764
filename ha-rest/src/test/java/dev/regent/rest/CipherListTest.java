package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CipherListTest {
    private static final String MODERN = "TLS_AES_256_GCM_SHA384";
    private static final List<String> SUPPORTED = List.of(
            MODERN,
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
            "TLS_RSA_WITH_AES_128_CBC_SHA",
            "TLS_RSA_WITH_NULL_SHA256",
            "SSL_RSA_WITH_3DES_EDE_CBC_SHA",
            "TLS_ECDH_anon_WITH_AES_128_CBC_SHA");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ECDHE-RSA-AES128-GCM-SHA256             | ECDHE_RSA_WITH_AES_128_GCM_SHA256
            TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256   | ECDHE_RSA_WITH_AES_128_GCM_SHA256
            ECDHE-RSA-CHACHA20-POLY1305             | ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
            AES128-SHA                              | RSA_WITH_AES_128_CBC_SHA
            ECDHE+AESGCM                            | ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 ECDHE_RSA_WITH_AES_128_GCM_SHA256
            kRSA:!eNULL:!3DES                       | RSA_WITH_AES_128_CBC_SHA
            HIGH:!aNULL:!kRSA:!CHACHA20:+aECDSA     | ECDHE_RSA_WITH_AES_128_GCM_SHA256 DHE_RSA_WITH_AES_256_CBC_SHA256 ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
            ALL:-ECDHE:-RSA:!aNULL                  | DHE_RSA_WITH_AES_256_CBC_SHA256
            EECDH:EDH:!aNULL:@STRENGTH:!CHACHA20:!AESGCM | DHE_RSA_WITH_AES_256_CBC_SHA256
            """)
    void aListSelectsInItsOrder(String list, String expected) {
        List<String> names =
                List.of(expected.split(" ")).stream().map(name -> "TLS_" + name).toList();

        List<String> selected = CipherList.select(list, SUPPORTED);

        assertThat(selected.get(0)).as("TLS 1.3 is not touched").isEqualTo(MODERN);
        assertThat(selected.subList(1, selected.size())).isEqualTo(names);
    }

    @Test
    void aListThatSelectsNothingIsRefused() {
        assertThatThrownBy(() -> CipherList.select("NO-SUCH-CIPHER", SUPPORTED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found \"NO-SUCH-CIPHER\"");
    }
}
