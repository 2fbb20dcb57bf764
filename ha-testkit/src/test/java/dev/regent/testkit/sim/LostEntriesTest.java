package dev.regent.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.spi.Expected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody has wiped or spoilt entries that the cluster needs: its leader puts them right. */
class LostEntriesTest {
    private static final String CONFIG = "{\"ttl\":40,\"loop_wait\":10,\"retry_timeout\":10,\"of_others\":{\"a\":1}}";

    private static OneNode aPrimary() throws Exception {
        OneNode node = OneNode.withPrimary();
        node.write("config", CONFIG);
        node.untilItRests();
        return node;
    }

    @Test
    void aWipedConfigurationIsWrittenBackAsItWasLastKnown() throws Exception {
        OneNode node = aPrimary();
        assertThat(node.store.open().delete("config", Expected.ANYTHING)).isTrue();

        node.untilItRests();

        assertThat(node.entry("config").flatMap(DynamicConfig::parse)).isEqualTo(DynamicConfig.parse(CONFIG));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "", "[]", "{\"ttl\":", "nothing"})
    void aConfigurationThatCannotBeReadIsReplacedByTheOneLastKnown(String spoilt) throws Exception {
        OneNode node = aPrimary();
        node.write("config", spoilt);

        node.untilItRests();

        assertThat(node.entry("config").flatMap(DynamicConfig::parse)).isEqualTo(DynamicConfig.parse(CONFIG));
    }

    @Test
    void aWipedInitializationIsRestored() throws Exception {
        OneNode node = aPrimary();
        assertThat(node.store.open().delete("initialize", Expected.ANYTHING)).isTrue();

        node.untilItRests();

        assertThat(node.entry("initialize")).hasValue(OneNode.SYSTEM_ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12345", "no number"})
    void anInitializationThatIsNoIdentifierIsRestored(String spoilt) throws Exception {
        OneNode node = aPrimary();
        node.write("initialize", spoilt);

        node.untilItRests();

        assertThat(node.entry("initialize")).hasValue(OneNode.SYSTEM_ID);
    }
}
