package io.obogateway.server;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ExitCode;

/**
 * The end of a process that serves, or is about to, by SIGTERM or SIGINT: it drains and exits with 0. A JVM that ends by a
 * signal reports 128 + the signal's number whatever its hooks do, so the last thing that this one does is to end the JVM
 * itself.
 */
final class DrainOnSignal extends Thread {
    private volatile @Nullable GatewayServer serving;

    private DrainOnSignal() {
        super("drain");
    }

    /** From now on a signal ends the process with success, at first at once. */
    static DrainOnSignal register() {
        DrainOnSignal hook = new DrainOnSignal();
        Runtime.getRuntime().addShutdownHook(hook);
        return hook;
    }

    /** There is something to drain. */
    void serving(GatewayServer server) {
        serving = server;
    }

    /** The process ends some other way. */
    void unregister() {
        try {
            Runtime.getRuntime().removeShutdownHook(this);
        } catch (IllegalStateException alreadyEnding) {
            // by a signal, which came first
        }
    }

    @Override
    public void run() {
        GatewayServer server = serving;
        int exitCode = ExitCode.OK;
        try {
            if (server != null) {
                server.stop();
            }
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(DrainOnSignal.class).error("the gateway did not stop in order", e);
            exitCode = ExitCode.SOFTWARE;
        }
        System.out.flush();
        Runtime.getRuntime().halt(exitCode);
    }
}
