/** High availability for PostgreSQL, embedded: values, SPI, decision, engine. */
module dev.regent.ha {
    requires transitive com.fasterxml.jackson.databind;
    requires transitive org.jspecify;
    requires org.slf4j;

    exports dev.regent.ha;
    exports dev.regent.ha.decision;
    exports dev.regent.ha.engine;
    exports dev.regent.ha.event;
    exports dev.regent.ha.model;
    exports dev.regent.ha.spi;
    exports dev.regent.ha.tls;
    exports dev.regent.ha.watchdog;

    provides dev.regent.ha.spi.WatchdogDriverProvider with
            dev.regent.ha.watchdog.LinuxWatchdog.Provider,
            dev.regent.ha.watchdog.PipeWatchdog.Provider;
}
