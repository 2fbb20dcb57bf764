package dev.regent.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a running agent takes over, and what it leaves as it was. */
class ConfigChangeTest {
    @Test
    void nothingChangesWhenOnlyTheSpellingDoes() {
        assertThat(change("tags: {a: 1, b: x}", "tags:\n  b: 'x'\n  a: 1").isEmpty())
                .isTrue();
    }

    @Test
    void whatTheAgentIsBuiltOnStaysAsItWas() {
        ConfigChange change = change(
                "scope: demo\netcd3: {hosts: [a]}\npostgresql: {data_dir: /a, parameters: {work_mem: 1MB}}\nlog: {level: INFO}",
                "scope: other\netcd3: {hosts: [b]}\npostgresql: {data_dir: /b, parameters: {work_mem: 2MB}}\ntags: {x: y}");

        assertThat(change.taken()).containsExactly("log.level", "postgresql.parameters.work_mem", "tags.x");
        assertThat(change.held()).containsExactly("etcd3.hosts", "postgresql.data_dir", "scope");
        assertThat(change.next().values())
                .isEqualTo(read("scope: demo\netcd3: {hosts: [a]}\n"
                                + "postgresql: {data_dir: /a, parameters: {work_mem: 2MB}}\ntags: {x: y}")
                        .values());
    }

    @Test
    void anotherStoreDoesNotComeInAdditionToTheOldOne() {
        ConfigChange change = change("etcd3: {hosts: [a]}", "consul: {host: b}");

        assertThat(change.held()).containsExactly("consul.host", "etcd3.hosts");
        assertThat(change.next().values()).isEqualTo(read("etcd3: {hosts: [a]}").values());
    }

    @Test
    void certificatesForOtherMembersAreTakenOver() {
        assertThat(change("ctl: {certfile: a, keyfile: b, cacert: c}", "ctl: {certfile: d, keyfile: e, cacert: f}")
                        .taken())
                .containsExactly("ctl.cacert", "ctl.certfile", "ctl.keyfile");
    }

    @Test
    void aKeyThatBeginsLikeAnotherIsAnother() {
        assertThat(change("postgresql: {pgpass: a}", "postgresql: {pgpass_x: a}")
                        .taken())
                .containsExactly("postgresql.pgpass_x");
    }

    private static ConfigChange change(String before, String after) {
        return ConfigChange.between(read(before), read(after));
    }

    private static Section read(String yaml) {
        Document document = ConfigFile.document("test.yml", yaml);
        document.lay(Environment.settings(Map.of()));
        return ConfigFile.section("test.yml", document);
    }
}
