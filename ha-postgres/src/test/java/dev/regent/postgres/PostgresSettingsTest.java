package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.regent.ha.model.NodeName;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PostgresSettingsTest {
    @Test
    void aPasswordIsNeverPrinted() {
        PostgresSettings settings = PostgresSettings.of(NodeName.of("node1"), "orders", Path.of("/srv/pg/orders"))
                .binDir(Path.of("/usr/bin"))
                .superuser(Credentials.of("postgres", "secret"))
                .build();

        assertThat(settings.superuser().toString()).doesNotContain("secret");
        assertThat(settings.toString()).doesNotContain("secret");
    }

    @Test
    void theWorkDirectoryMustLastLongerThanTheData() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSettings.of(NodeName.of("node1"), "orders", Path.of("/srv/pg"))
                        .binDir(Path.of("/usr/bin"))
                        .workDir(Path.of("/srv/pg/work"))
                        .build())
                .withMessageContaining("outside the data directory");
    }
}
