package io.obogateway.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, which asks a daemon to read its configuration again. The JVM's own reaction is to end. Its interface is not part
 * of the language's platform, so it is looked up; where it is not to be had, the signal does what it always did.
 */
final class HangupSignal {
    private HangupSignal() {}

    /**
     * @param action runs on a thread of the JVM for each signal; must not block
     */
    static void run(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object handling = Proxy.newProxyInstance(
                    HangupSignal.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), handling);
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException e) {
            LoggerFactory.getLogger(HangupSignal.class).debug("SIGHUP is not available here: {}", e.toString());
        }
    }
}
