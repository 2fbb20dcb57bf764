package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.HealthRules;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.ServerHealth;
import dev.regent.ha.model.ServerHealth.Finding;
import dev.regent.ha.model.WalPosition;
import dev.regent.testkit.process.OrdinaryUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthProbeTest {
    private static final Duration MOMENT = Duration.ofMillis(20);

    @TempDir
    private Path folder;

    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger changes = new AtomicInteger();
    private final CountDownLatch storageAnswers = new CountDownLatch(1);
    private volatile boolean storageHangs;
    private volatile boolean full;
    private final OsUser user = OsUser.of(OrdinaryUser.choose().name());
    private long position = 1;
    private Path data;
    private HealthProbe health;

    @BeforeEach
    void layOutData() throws IOException {
        data = folder.resolve("data");
        Files.createDirectory(data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (String name : List.of("pg_wal", "pg_tblspc", "global")) {
            Files.createDirectory(data.resolve(name));
        }
        Files.writeString(data.resolve("PG_VERSION"), "15\n");
        Files.write(data.resolve("global/pg_control"), new byte[16]);
        user.own(data);
        health = probe();
        health.use(rules(0, 0));
    }

    @AfterEach
    void letTheStorageAnswer() {
        storageAnswers.countDown();
        health.close();
    }

    @Test
    void aServerWithAllItNeedsIsWell() throws Exception {
        RealServer.await("two looks", () -> seen().isWell() && looks.get() >= 2);

        assertThat(seen().lastWrite()).isPresent();
        assertThat(changes).hasValue(0);
        assertThat(data.resolve("pgsql_tmp.regent_health")).doesNotExist();
    }

    @Test
    void aLookThatDoesNotComeBackIsAFindingAndIsLeftBehindOnce() throws Exception {
        storageHangs = true;

        RealServer.await("the finding", () -> still().finding() == Finding.STORAGE_HANGS);
        RealServer.await("it lasts", () -> still().lasting().compareTo(MOMENT.multipliedBy(3)) > 0);
        assertThat(looks).hasValue(1);

        storageHangs = false;
        storageAnswers.countDown();
        RealServer.await("all is well again", () -> still().isWell());
    }

    @Test
    void aStorageThatDoesNotAnswerWhileTheLogGrowsIsSlow() throws Exception {
        storageHangs = true;

        RealServer.await("the finding", () -> seen().finding() == Finding.STORAGE_SLOW);
    }

    @Test
    void tooLittleSpaceIsAFinding() throws Exception {
        health.use(rules(Long.MAX_VALUE, 0));
        RealServer.await("the finding", () -> seen().finding() == Finding.DISK_FULL);
        assertThat(seen().why()).contains("make room");
        assertThat(changes.get()).isPositive();

        health.use(rules(0, 0));
        RealServer.await("all is well again", () -> seen().isWell());

        health.use(rules(0, 100));
        RealServer.await("the share counts as well", () -> seen().finding() == Finding.DISK_FULL);
    }

    @Test
    void aFullDiskIsAFindingWhateverItSaysOfItsSpace() throws Exception {
        full = true;
        RealServer.await("the finding", () -> seen().finding() == Finding.DISK_FULL);
        assertThat(seen().why()).contains("No space left", "check space and quota");

        full = false;
        RealServer.await("all is well again", () -> seen().isWell());
    }

    @Test
    void lostPermissionsAreAFinding() throws Exception {
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("r-x------"));
        RealServer.await("the finding", () -> seen().finding() == Finding.NOT_WRITABLE);
        assertThat(seen().why()).contains("chmod 0700");

        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        RealServer.await("all is well again", () -> seen().isWell());
    }

    @Test
    void dataThatIsGoneOrAnotherClustersIsAFindingOfARunningServer() throws Exception {
        RealServer.await("a first look", () -> seen().isWell() && looks.get() >= 1);

        Files.write(data.resolve("global/pg_control"), new byte[] {1, 1, 1, 1, 1, 1, 1, 1});
        RealServer.await("the finding", () -> seen().finding() == Finding.DATA_GONE);
        assertThat(seen().why()).contains("another cluster");

        Files.move(data, folder.resolve("elsewhere"));
        RealServer.await("the other finding", () -> seen().why().contains("it is gone"));
    }

    @Test
    void nobodyLooksAtDataThatIsNotThereOrNotComplete() {
        for (int i = 0; i < 10; i++) {
            assertThat(health.of(DatabaseStatus.of(ServerState.INCOMPLETE)).isWell())
                    .isTrue();
            assertThat(health.of(DatabaseStatus.of(ServerState.ABSENT)).isWell())
                    .isTrue();
        }
        assertThat(looks).hasValue(0);
    }

    /** Of a primary whose log grows. */
    private ServerHealth seen() {
        position++;
        return still();
    }

    private ServerHealth still() {
        return health.of(primary());
    }

    private DatabaseStatus primary() {
        return new DatabaseStatus(
                ServerState.PRIMARY,
                false,
                Optional.of("0"),
                WalPosition.at(1, new Lsn(position)),
                List.of(),
                false,
                List.of(),
                "",
                Lsn.ZERO,
                java.util.Map.of(),
                true,
                List.of(),
                false,
                true,
                false,
                false,
                Duration.ZERO,
                DatabaseStatus.ServerFacts.NONE,
                Optional.empty());
    }

    private static HealthRules rules(long leastFree, int percent) {
        return new HealthRules(MOMENT, MOMENT, leastFree, percent, true, Duration.ZERO, Duration.ZERO);
    }

    private HealthProbe probe() {
        PostgresSettings settings = PostgresSettings.of(NodeName.of("node-a"), "test", data)
                .binDir(folder)
                .listen("127.0.0.1", 1)
                .superuser(Credentials.of("postgres", "secret"))
                .replication(Credentials.of("replicator", "secret"))
                .build();
        Login login = new Login(settings);
        return new HealthProbe(
                new DataDirectory(data, user),
                user,
                new Probe(login, () -> 1),
                login,
                () -> 1,
                changes::incrementAndGet,
                List.of(this::look));
    }

    private Optional<HealthCheck.Problem> look() throws IOException {
        looks.incrementAndGet();
        if (full) {
            Files.createSymbolicLink(data.resolve("pg_wal/pgsql_tmp.regent_health"), Path.of("/dev/full"));
        }
        if (storageHangs) {
            try {
                storageAnswers.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException(interrupted);
            }
        }
        return Optional.empty();
    }
}
