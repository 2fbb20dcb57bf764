package dev.regent.dcs.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Servers found by name, at a name server of the test's own. */
class SrvRecordsTest {
    @Test
    void theFirstServiceThatExistsCountsAndItsBestServersComeFirst() throws Exception {
        try (NameServer names = new NameServer(Map.of(
                "_etcd-client._tcp.example.org",
                List.of("20 5 2379 c.example.org", "10 1 2379 b.example.org", "10 9 2381 a.example.org"),
                "_etcd._tcp.example.org",
                List.of("1 1 1 wrong.example.org")))) {
            assertThat(SrvRecords.by(names.url()).endpoints("example.org", Optional.empty()))
                    .containsExactly(
                            URI.create("http://a.example.org:2381"),
                            URI.create("http://b.example.org:2379"),
                            URI.create("http://c.example.org:2379"));
        }
    }

    @Test
    void aSuffixIsPartOfTheNameAndSslOfTheName() throws Exception {
        try (NameServer names =
                new NameServer(Map.of("_etcd-client-ssl-prod._tcp.example.org", List.of("1 1 2379 a.example.org")))) {
            assertThat(SrvRecords.by(names.url()).endpoints("example.org", Optional.of("prod")))
                    .containsExactly(URI.create("https://a.example.org:2379"));
        }
    }

    @Test
    void aDomainWithoutServersIsNamed() throws Exception {
        try (NameServer names = new NameServer(Map.of())) {
            assertThatThrownBy(() -> SrvRecords.by(names.url()).endpoints("example.org", Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("expected SRV records that say where etcd is, for example"
                            + " _etcd-client._tcp.example.org, found none")
                    .hasMessageContaining("_etcd._tcp.example.org: no such name");
        }
    }

    @Test
    void theSectionOfAConfigurationMayNameADomainAndAddressesForWhenThereIsNoAnswer() throws Exception {
        try (NameServer names =
                new NameServer(Map.of("_etcd-client._tcp.example.org", List.of("1 1 2379 a.example.org")))) {
            SrvRecords records = SrvRecords.by(names.url());
            assertThat(new EtcdSection("etcd3", Map.of("srv", "example.org", "host", "b"), records).endpoints())
                    .containsExactly(URI.create("http://a.example.org:2379"));
            assertThat(new EtcdSection("etcd3", Map.of("srv_domain", "other.org", "host", "b"), records).endpoints())
                    .containsExactly(URI.create("http://b"));
            assertThatThrownBy(() -> new EtcdSection("etcd3", Map.of("srv", "other.org"), records).endpoints())
                    .hasMessageContaining("_etcd-client._tcp.other.org");
        }
    }

    /** Answers with the records it was given, or that there is no such name. */
    private static final class NameServer implements AutoCloseable {
        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        private final Map<String, List<String>> records;

        NameServer(Map<String, List<String>> records) throws IOException {
            this.records = records;
            Thread thread = new Thread(this::serve, "names");
            thread.setDaemon(true);
            thread.start();
        }

        String url() {
            return "dns://127.0.0.1:" + socket.getLocalPort();
        }

        private void serve() {
            byte[] buffer = new byte[512];
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                while (true) {
                    packet.setLength(buffer.length);
                    socket.receive(packet);
                    byte[] answer = answer(Arrays.copyOf(buffer, packet.getLength()));
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException closed) {
                // The test is over.
            }
        }

        private byte[] answer(byte[] query) throws IOException {
            int end = 12;
            StringBuilder name = new StringBuilder();
            while (query[end] != 0) {
                name.append(name.isEmpty() ? "" : ".")
                        .append(new String(query, end + 1, query[end], StandardCharsets.US_ASCII));
                end += query[end] + 1;
            }
            end += 5;
            List<String> found = records.getOrDefault(name.toString(), List.of());
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.write(query, 0, 2);
            out.writeShort(found.isEmpty() ? 0x8583 : 0x8580);
            out.writeShort(1);
            out.writeShort(found.size());
            out.writeInt(0);
            out.write(query, 12, end - 12);
            for (String record : found) {
                writeRecord(out, record.split(" ", -1));
            }
            return bytes.toByteArray();
        }

        private static void writeRecord(DataOutputStream out, String[] fields) throws IOException {
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            DataOutputStream content = new DataOutputStream(data);
            for (int i = 0; i < 3; i++) {
                content.writeShort(Integer.parseInt(fields[i]));
            }
            for (String label : fields[3].split("\\.", -1)) {
                content.writeByte(label.length());
                content.write(label.getBytes(StandardCharsets.US_ASCII));
            }
            content.writeByte(0);
            out.writeShort(0xC00C);
            out.writeShort(33);
            out.writeShort(1);
            out.writeInt(60);
            out.writeShort(data.size());
            out.write(data.toByteArray());
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
