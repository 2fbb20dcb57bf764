package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PostmasterFileTest {
    private static final String READY = """
            4711
            /srv/pg/orders
            1893456000
            5433
            /tmp
            10.0.0.1
              1234567    98304
            ready  \s
            """;

    @Test
    void aRunningServerSaysWhereItListensAndThatItIsReady() {
        PostmasterFile file = PostmasterFile.parse(READY).orElseThrow();

        assertThat(file.pid()).isEqualTo(4711);
        assertThat(file.port()).contains(5433);
        assertThat(file.listenAddress()).contains("10.0.0.1");
        assertThat(file.isReady()).isTrue();
        assertThat(file.isStarting()).isFalse();
    }

    @Test
    void aServerThatHasJustBegunToWriteIsStarting() {
        PostmasterFile file =
                PostmasterFile.parse("4711\n/srv/pg/orders\n1893456000\n").orElseThrow();

        assertThat(file.isStarting()).isTrue();
        assertThat(file.port()).isEmpty();
    }

    @Test
    void anEmptyOrHalfWrittenFileSaysNothing() {
        assertThat(PostmasterFile.parse("")).isEmpty();
        assertThat(PostmasterFile.parse("4711\n/srv")).isEmpty();
    }

    @Test
    void aSingleUserServerHasANegativeProcessId() {
        assertThat(PostmasterFile.parse("-4711\n/srv/pg/orders\n1893456000\n")
                        .orElseThrow()
                        .pid())
                .isNegative();
    }
}
