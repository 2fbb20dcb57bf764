package dev.regent.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.rest.TlsFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

class PeerSocketsTest {
    @Test
    void filesThatAreReadAgainCountFromThenOn() throws Exception {
        PeerSockets sockets = new PeerSockets(TlsFiles.NONE);
        SSLSocketFactory before = sockets.get();

        sockets.use(TlsFiles.NONE);

        assertThat(sockets.get()).isNotSameAs(before);
    }

    @Test
    void filesThatCannotBeUsedLeaveEverythingAsItWas() throws Exception {
        PeerSockets sockets = new PeerSockets(TlsFiles.NONE);
        SSLSocketFactory before = sockets.get();
        TlsFiles missing = new TlsFiles(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(Path.of("/nowhere/ca.pem")));

        assertThatThrownBy(() -> sockets.use(missing)).isInstanceOf(IOException.class);

        assertThat(sockets.get()).isSameAs(before);
    }
}
