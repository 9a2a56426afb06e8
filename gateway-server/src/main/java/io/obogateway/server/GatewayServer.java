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
import io.obogateway.access.Authorizer;
import io.obogateway.admin.AdminServer;
import io.obogateway.admin.Health;
import io.obogateway.client.ClientConnectionHandler;
import io.obogateway.client.ClientInitializer;
import io.obogateway.client.ClientTimeouts;
import io.obogateway.client.ConnectionLimit;
import io.obogateway.config.GatewayConfig;
import io.obogateway.jwt.Issuer;
import io.obogateway.jwt.TokenVerifier;
import io.obogateway.oauth.TokenExchanger;
import io.obogateway.observe.AccessLog;
import io.obogateway.observe.GatewayMetrics;
import io.obogateway.observe.Terminal;
import io.obogateway.proxy.FailureLog;
import io.obogateway.proxy.ProxyContext;
import io.obogateway.proxy.ProxySettings;
import io.obogateway.route.RouteTable;
import io.obogateway.upstream.NettyBackchannel;
import io.obogateway.upstream.Transport;
import io.obogateway.upstream.UpstreamPools;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running gateway: the composition root, and its life from bind to drained stop. */
public final class GatewayServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
    private static final int BACKLOG = 4096;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 128 * 1024);
    private static final Duration FIRST_KEYS = Duration.ofSeconds(6);
    private static final Duration DECISION_SLACK = Duration.ofSeconds(5);
    private static final Duration BACKCHANNEL_CONNECT = Duration.ofSeconds(2);

    private final Duration drain;
    private final MultiThreadIoEventLoopGroup loops;
    private final MultiThreadIoEventLoopGroup adminLoop;
    private final UpstreamPools pools;
    private final TokenVerifier verifier;
    private final TokenExchanger exchanger;
    private final AccessLog accessLog;
    private final GatewayMetrics metrics = new GatewayMetrics();
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AdminServer admin;
    private final Channel listening;
    private final CompletableFuture<Void> firstKeys;

    private GatewayServer(GatewayConfig config, OutputStream accessLogTo, boolean plain) throws IOException {
        Clock clock = Clock.systemUTC();
        Transport transport = Transport.detect();
        drain = config.timeouts().drain();
        loops = transport.eventLoops("gateway", config.threads());
        adminLoop = transport.eventLoops("admin", 1);
        pools = new UpstreamPools(loops, transport, config.limits().headerBytes(), config.trustedCertificates());
        NettyBackchannel backchannel = new NettyBackchannel(pools.all(), BACKCHANNEL_CONNECT, config.outboundProxy());
        Set<Issuer> needed = new LinkedHashSet<>();
        config.routes().forEach(route -> needed.addAll(route.issuers()));
        verifier = new TokenVerifier(needed, backchannel, clock, adminLoop);
        exchanger = new TokenExchanger(config.tokenCache(), backchannel, clock, adminLoop, verifier::authorizationUri);
        Authorizer authorizer = new Authorizer(new RouteTable(config.routes()), verifier, exchanger);
        accessLog = new AccessLog(accessLogTo, plain, clock);
        ProxySettings settings = new ProxySettings(
                authorizer,
                config.limits().inFlight(),
                decisionTimeout(config, needed),
                config.limits().replayBodyBytes(),
                config.outboundProxy());
        ProxyContext context = new ProxyContext(
                () -> settings,
                facts -> {
                    accessLog.finished(facts);
                    metrics.finished(facts);
                },
                new FailureLog(),
                inFlight,
                draining);
        ConnectionLimit connections = new ConnectionLimit(config.limits().connections());
        metrics.inFlight(inFlight::get);
        metrics.clientConnections(connections::open);
        metrics.accessLogDropped(accessLog::dropped);
        try {
            admin = AdminServer.start(
                    config.admin().host(),
                    config.admin().port(),
                    adminLoop,
                    transport.serverChannel(),
                    new Health(draining::get, verifier::notReady, exchanger::warnings),
                    metrics::scrape);
            listening = listen(config, transport, connections, context);
            firstKeys = verifier.start();
        } catch (IOException | RuntimeException e) {
            release();
            throw e;
        }
    }

    /** Longer than all that a decision may wait for, so that whoever is waited for says what went wrong. */
    private static Duration decisionTimeout(GatewayConfig config, Set<Issuer> issuers) {
        Duration keys = issuers.stream()
                .map(issuer -> issuer.keys().timeout())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        Duration token = config.providers().values().stream()
                .map(provider -> provider.limits().timeout())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        return keys.multipliedBy(2).plus(token).plus(DECISION_SLACK); // discovery, then keys
    }

    private Channel listen(GatewayConfig config, Transport transport, ConnectionLimit connections, ProxyContext context)
            throws IOException {
        GatewayConfig.Listen where = config.listen();
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(transport.serverChannel())
                .handler(connections)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ClientInitializer(
                        context,
                        pools::of,
                        new ClientTimeouts(
                                config.timeouts().requestHeaders(),
                                config.timeouts().idle()),
                        config.limits().requestLineBytes(),
                        config.limits().headerBytes(),
                        clients))
                .bind(where.host(), where.port())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + where.host() + ":" + where.port() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
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
        GatewayServer server = new GatewayServer(config, accessLogTo, plain);
        server.awaitFirstKeys();
        return server;
    }

    /** The first half of {@link #start(GatewayConfig)}: binds both ports and asks for keys, but waits for none. */
    static GatewayServer bind(GatewayConfig config) throws IOException {
        return new GatewayServer(config, System.out, Terminal.isStandardOutput());
    }

    /** The second half: returns when each issuer has answered or the wait for them is over. */
    void awaitFirstKeys() {
        try {
            firstKeys.get(FIRST_KEYS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("not ready yet: {}", verifier.notReady());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("loading keys never fails as a whole", e);
        }
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
        LOG.info("draining, {} requests in flight", inFlight.get());
        draining.set(true);
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
            LOG.warn("stopped, {} requests were cut off after {}", cutOff, drain);
        } else {
            LOG.info("stopped, nothing was cut off");
        }
    }

    private void release() {
        if (admin != null) {
            admin.close();
        }
        verifier.close();
        exchanger.close();
        pools.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        adminLoop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
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
