package dev.regent.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a configuration contains, it is used or refused with a message for people; seeded, so that it can be repeated. */
class YamlFuzzTest {
    private static final long SEED = 20_310_105;
    private static final int ROUNDS = 6_000;
    private static final String GOOD = """
            scope: demo
            name: node1
            etcd3: {hosts: [10.0.0.1:2379], username: u}
            restapi:
              listen: 10.0.0.1:8008
              authentication: {username: a, password: b}
              allowlist: [10.0.0.0/8]
            bootstrap: {dcs: {ttl: 30}, initdb: [data-checksums, encoding: UTF8]}
            postgresql:
              listen: 10.0.0.1:5432
              data_dir: /data
              authentication: {superuser: {username: p}, replication: {username: r}}
              parameters: {work_mem: 4MB, fsync: on}
              pg_hba: [host all all all md5]
            log: {level: INFO, file_num: 4, format: '%(message)s', loggers: {a: DEBUG}, static_fields: {a: b}}
            watchdog: {mode: off, safety_margin: 5}
            tags: {nofailover: false, zone: eu1}
            """;

    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ": ",
            ",",
            "-",
            "\n",
            "\n  ",
            "\t",
            "#",
            "&a ",
            "*a",
            "!!",
            "!!int ",
            "!!binary ",
            "!!set ",
            "!!python/object:os.system ",
            "<<: ",
            "|",
            ">",
            "'",
            "\"",
            "%",
            "@",
            "`",
            "~",
            "null",
            "yes",
            "0x",
            "0o7",
            "1e999",
            "0b",
            "99999999999999999999",
            "-1",
            "1:2:3",
            "2031-01-05",
            ".nan",
            "\u0000",
            "\ud800",
            "\ufeff",
            "---\n",
            "...\n",
            "? ",
            "? [a]\n: b\n",
            "\\u12",
            "é",
            "=");

    @Test
    void noMistakeEndsInAnythingButAMessage() {
        Random random = new Random(SEED);
        int used = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String yaml = mutated(random);
            try {
                AgentConfigTest.read(yaml);
                used++;
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).as(yaml).isNotBlank().startsWith("test.yml");
            } catch (RuntimeException | StackOverflowError bug) {
                fail("round " + round + " of seed " + SEED + ":\n" + yaml, bug);
            }
        }
        assertThat(used).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
    }

    @Test
    void theValidatorNeverFailsItself() {
        Random random = new Random(SEED + 1);
        for (int round = 0; round < ROUNDS; round++) {
            String yaml = mutated(random);
            try {
                Section root = ConfigFile.section("test.yml", ConfigFile.document("test.yml", yaml));
                assertThat(Validation.problems(root, Surroundings.unknown())).doesNotContainNull();
                assertThat(Validation.warnings(root)).doesNotContainNull();
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).as(yaml).startsWith("test.yml");
            } catch (RuntimeException | StackOverflowError bug) {
                fail("round " + round + " of seed " + (SEED + 1) + ":\n" + yaml, bug);
            }
        }
    }

    private static String mutated(Random random) {
        StringBuilder yaml = new StringBuilder(GOOD);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(yaml.length());
            int end = Math.min(yaml.length(), at + random.nextInt(12));
            switch (random.nextInt(4)) {
                case 0 -> yaml.delete(at, end);
                case 1 -> yaml.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> yaml.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
                default -> replaceValue(yaml, random);
            }
        }
        return yaml.toString();
    }

    /** So that what is read is a mapping still, with something odd in it. */
    private static void replaceValue(StringBuilder yaml, Random random) {
        int colon = yaml.indexOf(": ", random.nextInt(yaml.length()));
        if (colon >= 0) {
            int end = colon + 2;
            while (end < yaml.length() && ",}\n]".indexOf(yaml.charAt(end)) < 0) {
                end++;
            }
            yaml.replace(colon + 2, end, PIECES.get(random.nextInt(PIECES.size())));
        }
    }
}
