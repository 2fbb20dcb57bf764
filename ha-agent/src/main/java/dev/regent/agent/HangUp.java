package dev.regent.agent;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears the signal with which operators ask a daemon to read its configuration again; by itself the JVM would end. The
 * class that can do this is of no public API, so it is reached by its name, and done without where there is none.
 */
final class HangUp {
    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);
    private static final String SIGNAL = "sun.misc.Signal";
    private static final String HANDLER = "sun.misc.SignalHandler";

    private HangUp() {}

    static void onSignal(Runnable action) {
        try {
            Class<?> signal = Class.forName(SIGNAL);
            Class<?> handler = Class.forName(HANDLER);
            Object proxy = Proxy.newProxyInstance(
                    HangUp.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            Object before = signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
            if (handler.getField("SIG_IGN").get(null).equals(before)) {
                // Then the JVM has left it so
                LOG.warn(
                        "this agent was started to ignore SIGHUP, as under nohup: to have its configuration read again,"
                                + " use regentctl reload or POST /reload");
            }
        } catch (ReflectiveOperationException withoutSignals) {
            // Then the signal ends the agent in good order, like the others.
        }
    }
}
