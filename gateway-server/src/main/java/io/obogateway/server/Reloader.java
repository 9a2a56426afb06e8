package io.obogateway.server;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.obogateway.admin.ReloadResult;
import io.obogateway.admin.ReloadResult.Rejected;
import io.obogateway.admin.ReloadResult.Reloaded;
import io.obogateway.config.ConfigSource;
import io.obogateway.config.GatewayConfig;
import io.obogateway.config.InvalidConfigException;
import io.obogateway.config.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again when its files have changed, or when somebody asks for it, and brings it into effect if it
 * is good. One thread does it all, so that one reload follows the other.
 */
final class Reloader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);
    static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private final ConfigSource source;
    private final Function<GatewayConfig, List<String>> apply;
    private final Consumer<ReloadResult> told;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("reload", true));

    private volatile boolean rejected;

    /* of the thread alone */
    private List<Problem> warned;

    private List<String> loaded;
    private List<String> seen;

    /**
     * @param warned of what: the log has it already
     * @param apply brings a configuration into effect; gives the keys that need a restart
     * @param told of every reload
     */
    Reloader(
            ConfigSource source,
            List<Problem> warned,
            Function<GatewayConfig, List<String>> apply,
            Consumer<ReloadResult> told) {
        this.source = source;
        this.warned = warned;
        this.apply = apply;
        this.told = told;
        this.loaded = source.look();
        this.seen = loaded;
    }

    /** Looks at the files from now on. */
    Reloader watch(Duration interval) {
        thread.scheduleWithFixedDelay(this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    /** Whoever writes the files may not be done: they are read when they have not changed between two looks. */
    private void look() {
        List<String> now;
        try {
            now = source.look();
        } catch (RuntimeException e) { // or it would be the last look
            LOG.warn("the configuration's files cannot be looked at: {}", e.toString());
            return;
        }
        boolean settled = now.equals(seen);
        seen = now;
        if (settled && !now.equals(loaded)) {
            load("its files have changed");
        }
    }

    /** Reloads, changed or not. The future does not fail. */
    CompletableFuture<ReloadResult> reload(String why) {
        return CompletableFuture.supplyAsync(() -> load(why), thread);
    }

    /** What an operator should know of the configuration; null: it is the one in the files. */
    @Nullable
    String warning() {
        return rejected
                ? "the configuration in the files cannot be used, the one before serves on; the log and gateway check say why"
                : null;
    }

    private ReloadResult load(String why) {
        LOG.info("reading the configuration again: {}", why);
        ReloadResult result = loadAndApply();
        rejected = result instanceof Rejected;
        told.accept(result);
        return result;
    }

    private ReloadResult loadAndApply() {
        try {
            loaded = source.look(); // a change while it is read is seen by the next look
            GatewayConfig next = source.load();
            List<String> restartNeeded = apply.apply(next);
            next.warnings().stream()
                    .filter(warning -> !warned.contains(warning))
                    .forEach(warning -> LOG.warn("{}", warning));
            warned = next.warnings();
            LOG.info("the configuration was reloaded: {} routes", next.routes().size());
            if (!restartNeeded.isEmpty()) {
                LOG.warn("these changes only count after a restart: {}", String.join(", ", restartNeeded));
            }
            return new Reloaded(next.routes().size(), restartNeeded);
        } catch (InvalidConfigException e) {
            e.problems().forEach(problem -> LOG.error("{}", problem));
            LOG.error("the changed configuration cannot be used, the one before serves on");
            return new Rejected(e.problems().stream().map(Object::toString).toList());
        } catch (RuntimeException e) {
            LOG.error("the changed configuration could not be brought into effect, the one before serves on", e);
            return new Rejected(List.of("the gateway failed to bring it into effect; its log says why"));
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
