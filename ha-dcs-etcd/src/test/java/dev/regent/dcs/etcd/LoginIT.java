package dev.regent.dcs.etcd;

import static dev.regent.ha.spi.Expected.ANYTHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.dcs.etcd.EtcdOptions.Tls;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Session;
import dev.regent.testkit.process.EtcdServer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real etcd server with its authentication switched on. */
final class LoginIT {
    private static final String PREFIX = "/service/demo/";

    private static EtcdServer etcd;

    @BeforeAll
    static void startEtcd() throws Exception {
        etcd = EtcdServer.start();
        Gateway admin = new Gateway(etcd.endpoint());
        admin.post("auth/user/add", Map.of("name", "root", "password", "top"));
        admin.post("auth/role/add", Map.of("name", "root"));
        admin.post("auth/user/grant", Map.of("user", "root", "role", "root"));
        admin.post("auth/user/add", Map.of("name", "regent", "password", "secret"));
        admin.post("auth/role/add", Map.of("name", "clusters"));
        admin.post("auth/user/grant", Map.of("user", "regent", "role", "clusters"));
        Map<String, String> belowService = Map.of(
                "permType",
                "READWRITE",
                "key",
                Gateway.encoded("/service/"),
                "range_end",
                Gateway.encoded("/service0"));
        admin.post("auth/role/grant", Map.of("name", "clusters", "perm", belowService));
        admin.post("auth/enable", Map.of());
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    private static EtcdOptions options() {
        return EtcdOptions.of(PREFIX, etcd.endpoint());
    }

    @Test
    void everythingWorksWithALogin() throws Exception {
        try (EtcdDcs dcs = EtcdDcs.open(options().withLogin("regent", "secret"))) {
            AtomicInteger hints = new AtomicInteger();
            dcs.watch(hints::incrementAndGet);
            Session session = dcs.openSession(Duration.ofSeconds(30));

            assertThat(session.write("leader", "a", ANYTHING)).isTrue();
            assertThat(session.renew()).isTrue();
            assertThat(dcs.read().byKey()).containsKey("leader");
            Eventually.holds("a hint", Duration.ofSeconds(5), () -> hints.get() > 0);
            session.end();
        }
    }

    @Test
    void aServerThatHasForgottenTheLoginGetsItAgain() throws Exception {
        try (EtcdDcs dcs = EtcdDcs.open(options().withLogin("regent", "secret"))) {
            dcs.read();
            etcd.kill();
            etcd.restart();

            assertThat(dcs.write("config", "{}", ANYTHING)).isTrue();
        }
    }

    @Test
    void aWrongPasswordIsTold() {
        try (EtcdDcs dcs = EtcdDcs.open(options().withLogin("regent", "guess"))) {
            assertThatThrownBy(dcs::read)
                    .isInstanceOf(DcsException.class)
                    .hasMessageContaining("refuses the login: check username and password");
        }
    }

    @Test
    void theLackOfALoginIsTold() {
        try (EtcdDcs dcs = EtcdDcs.open(options())) {
            assertThatThrownBy(dcs::read)
                    .isInstanceOf(DcsException.class)
                    .hasMessageContaining("asks for a login: set username and password");
        }
    }

    @Test
    void theLackOfAPermissionIsTold() {
        EtcdOptions elsewhere =
                EtcdOptions.of("/elsewhere/demo/", etcd.endpoint()).withLogin("regent", "secret");
        try (EtcdDcs dcs = EtcdDcs.open(elsewhere)) {
            assertThatThrownBy(dcs::read)
                    .isInstanceOf(DcsException.class)
                    .hasMessageContaining("refused to read /elsewhere/demo/")
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void aLoginIsIgnoredWhereAuthenticationIsOff() throws Exception {
        try (EtcdServer open = EtcdServer.start();
                EtcdDcs dcs = EtcdDcs.open(EtcdOptions.of(PREFIX, open.endpoint())
                        .withLogin("regent", "secret")
                        .withTls(new Tls(Optional.empty(), Optional.empty())))) {
            assertThat(dcs.write("config", "{}", ANYTHING)).isTrue();
        }
    }
}
