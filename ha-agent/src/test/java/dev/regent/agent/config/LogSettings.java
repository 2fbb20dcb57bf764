package dev.regent.agent.config;

/** The section log of a configuration. */
public final class LogSettings {
    private LogSettings() {}

    public static LogSection of(String yaml) {
        return LogSection.of(ConfigFile.section("test.yml", ConfigFile.document("test.yml", "log: " + yaml))
                .section("log"));
    }
}
