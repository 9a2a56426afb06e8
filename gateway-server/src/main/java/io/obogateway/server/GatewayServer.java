package io.obogateway.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.obogateway.access.RateLimits;
import io.obogateway.admin.AdminServer;
import io.obogateway.admin.CannotListen;
import io.obogateway.admin.Health;
import io.obogateway.admin.ReloadResult;
import io.obogateway.client.ClientConnectionHandler;
import io.obogateway.client.ClientInitializer;
import io.obogateway.client.ConnectionLimit;
import io.obogateway.config.ConfigSource;
import io.obogateway.config.GatewayConfig;
import io.obogateway.config.InvalidConfigException;
import io.obogateway.jwt.TokenVerifier;
import io.obogateway.oauth.TokenExchanger;
import io.obogateway.observe.AccessLog;
import io.obogateway.observe.GatewayMetrics;
import io.obogateway.observe.Terminal;
import io.obogateway.proxy.FailureLog;
import io.obogateway.proxy.ProxyContext;
import io.obogateway.proxy.TrustedProxies;
import io.obogateway.route.Route;
import io.obogateway.tls.FollowedContext;
import io.obogateway.tls.TlsContexts;
import io.obogateway.tls.TlsProvider;
import io.obogateway.upstream.NettyBackchannel;
import io.obogateway.upstream.Transport;
import io.obogateway.upstream.UpstreamGroups;
import io.obogateway.upstream.UpstreamPools;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running gateway: the composition root, and its life from bind to drained stop. */
public final class GatewayServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
    private static final int BACKLOG = 4096;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 128 * 1024);
    private static final Duration FIRST_KEYS = Duration.ofSeconds(6);
    private static final Duration BACKCHANNEL_CONNECT = Duration.ofSeconds(2);

    private final MultiThreadIoEventLoopGroup loops;
    private final MultiThreadIoEventLoopGroup adminLoop;
    private final TlsContexts tls;
    private final UpstreamPools pools;
    private final NettyBackchannel backchannel;
    private final ConnectionLimit connections;
    private final GatewayConfig started;
    private final @Nullable Reloader reloader;
    private final RateLimits rateLimits = new RateLimits();
    private final AccessLog accessLog;
    private final GatewayMetrics metrics = new GatewayMetrics();
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger tunnels = new AtomicInteger();
    private final AdminServer admin;
    private final Channel listening;
    private final CompletableFuture<Void> firstKeys;
    private volatile Serving serving;

    private GatewayServer(
            GatewayConfig config,
            @Nullable ConfigSource source,
            OutputStream accessLogTo,
            boolean plain,
            TlsProvider tlsProvider)
            throws IOException {
        Transport transport = Transport.detect();
        started = config;
        loops = transport.eventLoops("gateway", config.threads());
        adminLoop = transport.eventLoops("admin", 1);
        LOG.info("TLS by {}", tlsProvider.description());
        tls = new TlsContexts(tlsProvider, config.trustedCertificates());
        pools = new UpstreamPools(
                loops, transport, () -> serving.config().limits().headerBytes(), tls);
        backchannel = new NettyBackchannel(pools.all(), BACKCHANNEL_CONNECT, config.outboundProxy());
        connections = new ConnectionLimit(config.limits().connections());
        TokenVerifier verifier =
                new TokenVerifier(Serving.neededIssuers(config), backchannel, Clock.systemUTC(), adminLoop);
        UpstreamGroups upstreams =
                new UpstreamGroups(Serving.upstreams(config), config.outboundProxy(), pools.all(), metrics);
        serving = Serving.of(config, verifier, exchanger(config), upstreams, rateLimits);
        accessLog = new AccessLog(accessLogTo, plain, Clock.systemUTC());
        ProxyContext context = new ProxyContext(
                () -> serving.settings(),
                facts -> {
                    accessLog.finished(facts);
                    metrics.finished(facts);
                },
                new FailureLog(),
                new TrustedProxies(config.listen().trustedProxies()),
                Clock.systemUTC(),
                inFlight,
                tunnels,
                draining);
        metrics.inFlight(inFlight::get);
        metrics.tunnels(tunnels::get);
        metrics.clientConnections(connections::open);
        metrics.accessLogDropped(accessLog::dropped);
        reloader = source == null
                ? null
                : new Reloader(
                        source,
                        config.warnings(),
                        this::apply,
                        result -> metrics.reloaded(result instanceof ReloadResult.Reloaded));
        try {
            for (Route route : config.routes()) {
                pools.prepare(route.upstream());
            }
            admin = AdminServer.start(
                    config.admin().host(),
                    config.admin().port(),
                    adminLoop,
                    transport.serverChannel(),
                    new Health(draining::get, () -> serving.verifier().notReady(), this::warnings),
                    metrics::scrape,
                    reloader == null ? null : () -> reloader.reload("the admin port was asked to"));
            listening = listen(config, transport, context);
            upstreams.start();
            firstKeys = verifier.start();
        } catch (IOException | RuntimeException e) {
            release();
            throw e;
        }
        if (reloader != null) {
            reloader.watch(Reloader.LOOK_INTERVAL);
        }
    }

    private List<String> warnings() {
        List<String> warnings = serving.warnings();
        String configuration = reloader == null ? null : reloader.warning();
        if (configuration != null) {
            warnings.add(configuration);
        }
        return warnings;
    }

    private TokenExchanger exchanger(GatewayConfig config) {
        return new TokenExchanger(
                config.tokenCache(),
                backchannel,
                Clock.systemUTC(),
                adminLoop,
                token -> serving.verifier().authorizationUri(token));
    }

    /**
     * Serves by another configuration from now on; what is in flight ends under the one it began with. Blocks for as long
     * as keys of new issuers are waited for, within a bound. One call after the other, on no event loop.
     *
     * @return keys whose new values only count after a restart
     */
    List<String> apply(GatewayConfig next) {
        Serving before = serving;
        tls.trust(next.trustedCertificates()); // first: new issuers may need it
        TokenVerifier verifier = before.verifier().successor(Serving.neededIssuers(next));
        if (verifier != before.verifier()) {
            awaitKeys(verifier, verifier.start());
        }
        boolean sameCache = before.config().tokenCache().equals(next.tokenCache());
        TokenExchanger exchanger = sameCache ? before.exchanger() : exchanger(next);
        next.routes().forEach(this::prepare);
        backchannel.proxy(next.outboundProxy());
        connections.limit(next.limits().connections());
        UpstreamGroups upstreams = before.upstreams().successor(Serving.upstreams(next), next.outboundProxy());
        Serving after = Serving.of(next, verifier, exchanger, upstreams, rateLimits);
        upstreams.start(); // checks that run on would be all that is left of a configuration that fails before
        serving = after;
        before.verifier().retire(verifier);
        before.upstreams().retire(upstreams);
        if (!sameCache) {
            before.exchanger().close();
        }
        return RestartNeeded.between(started, next);
    }

    /** A running gateway goes on without one route's upstream. */
    private void prepare(Route route) {
        try {
            pools.prepare(route.upstream());
        } catch (IOException e) {
            LOG.warn("route {} gets 503 until this is put right: {}", route.name(), e.getMessage());
        }
    }

    private Channel listen(GatewayConfig config, Transport transport, ProxyContext context) throws IOException {
        GatewayConfig.Listen where = config.listen();
        FollowedContext towardsClients = where.tls() == null
                ? null
                : tls.towardsClients(where.tls(), ClientInitializer.protocols(where.http2()));
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(transport.serverChannel())
                .handler(connections)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ClientInitializer(
                        context, pools::of, () -> serving.client(), where.http2(), clients, towardsClients))
                .bind(where.host(), where.port())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new CannotListen("gateway.listen", where.host(), where.port(), bound.cause());
        }
        return bound.channel();
    }

    /**
     * Starts a gateway: binds both ports and waits, within a bound, for the first answer of each issuer. An issuer that
     * does not answer delays readiness, not the start.
     *
     * @throws IOException when a port cannot be bound; the message names it
     */
    public static GatewayServer start(GatewayConfig config) throws IOException {
        return start(config, System.out, Terminal.isStandardOutput());
    }

    /**
     * As {@link #start(GatewayConfig)}.
     *
     * @param accessLogTo stays the caller's
     * @param plain text for people instead of JSON
     */
    public static GatewayServer start(GatewayConfig config, OutputStream accessLogTo, boolean plain)
            throws IOException {
        return start(config, accessLogTo, plain, TlsProvider.detect());
    }

    /** The same with a certain implementation of TLS. */
    public static GatewayServer start(
            GatewayConfig config, OutputStream accessLogTo, boolean plain, TlsProvider tlsProvider) throws IOException {
        return start(config, null, accessLogTo, plain, tlsProvider);
    }

    /**
     * As {@link #start(GatewayConfig)}, and follows the configuration's changes.
     *
     * @throws InvalidConfigException with everything that is wrong with it
     */
    public static GatewayServer start(ConfigSource source, OutputStream accessLogTo, boolean plain) throws IOException {
        return start(source.load(), source, accessLogTo, plain, TlsProvider.detect());
    }

    private static GatewayServer start(
            GatewayConfig config,
            @Nullable ConfigSource source,
            OutputStream accessLogTo,
            boolean plain,
            TlsProvider tlsProvider)
            throws IOException {
        GatewayServer server = new GatewayServer(config, source, accessLogTo, plain, tlsProvider);
        server.awaitFirstKeys();
        return server;
    }

    /**
     * The first half of a start: binds both ports and asks for keys, but waits for none.
     *
     * @param source where {@code config} was read from, so that its changes are followed
     */
    static GatewayServer bind(GatewayConfig config, ConfigSource source) throws IOException {
        return new GatewayServer(config, source, System.out, Terminal.isStandardOutput(), TlsProvider.detect());
    }

    /** The second half: returns when each issuer has answered or the wait for them is over. */
    void awaitFirstKeys() {
        awaitKeys(serving.verifier(), firstKeys);
    }

    private static void awaitKeys(TokenVerifier verifier, CompletableFuture<Void> keys) {
        try {
            keys.get(FIRST_KEYS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("not ready yet: {}", verifier.notReady());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("loading keys never fails as a whole", e);
        }
    }

    /** Reads the configuration again, if it was started from files. */
    void reload(String why) {
        if (reloader != null) {
            var unused = reloader.reload(why);
        }
    }

    /** Looks at the files of TLS now; else that happens every few seconds. Blocks. */
    public void checkTlsFiles() {
        tls.checkFiles();
    }

    /** The port for clients. */
    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** The port for operators. */
    public int adminPort() {
        return admin.port();
    }

    /**
     * Drains and stops, once; returns when nothing runs any more. Readiness fails at once; connections are still taken for
     * a moment, because whoever sends traffic here needs one to notice; kept connections close after their response;
     * requests in flight may finish within the drain timeout. Not to be called on an event loop.
     */
    public void stop() {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        LOG.info("draining; requests in flight: {}", inFlight.get());
        draining.set(true);
        Duration drain = serving.config().timeouts().drain();
        long deadline = System.nanoTime() + drain.toNanos();
        pause(Math.min(drain.toMillis() / 10, 2000));
        listening.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        clients.forEach(channel -> channel.pipeline().fireUserEventTriggered(new ClientConnectionHandler.Drain()));
        // not until nothing is in flight: a response can be finished here and not yet be taken by its client
        while (!clients.isEmpty() && System.nanoTime() - deadline < 0) {
            pause(10);
        }
        int cutOff = inFlight.get();
        clients.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        release();
        if (cutOff > 0) {
            LOG.warn("stopped; requests that were cut off after {} s: {}", drain.toMillis() / 1000.0, cutOff);
        } else {
            LOG.info("stopped, nothing was cut off");
        }
    }

    private void release() {
        if (admin != null) {
            admin.close();
        }
        if (reloader != null) {
            reloader.close();
        }
        serving.verifier().close();
        serving.exchanger().close();
        serving.upstreams().close();
        pools.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        adminLoop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        tls.close();
        accessLog.close();
        metrics.close();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
