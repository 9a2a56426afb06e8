package io.obogateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.obogateway.access.Authorizer;
import io.obogateway.access.RateLimits;
import io.obogateway.error.ErrorCode;
import io.obogateway.error.Refusal;
import io.obogateway.jwt.TokenVerifier;
import io.obogateway.oauth.CacheLimits;
import io.obogateway.oauth.TokenExchanger;
import io.obogateway.observe.ExchangeFacts;
import io.obogateway.observe.GatewayMetrics;
import io.obogateway.route.RouteTable;
import io.obogateway.tls.TlsContexts;
import io.obogateway.tls.TlsProvider;
import io.obogateway.upstream.NettyBackchannel;
import io.obogateway.upstream.Transport;
import io.obogateway.upstream.UpstreamGroups;
import io.obogateway.upstream.UpstreamPools;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A write may find that the client has left, and tells the exchange while it writes. */
class LeavingClientTest {
    private final AtomicInteger inFlight = new AtomicInteger();
    private final List<ExchangeFacts> finished = new ArrayList<>();

    @Test
    void anExchangeEndsOnceThoughTheClientLeavesWhileItIsAnswered() throws Exception {
        Transport transport = Transport.detect();
        EventLoopGroup loops = transport.eventLoops("test", 1);
        UpstreamPools pools =
                new UpstreamPools(loops, transport, () -> 4096, new TlsContexts(TlsProvider.JDK, List.of()));
        try (GatewayMetrics metrics = new GatewayMetrics()) {
            NettyBackchannel nobody = new NettyBackchannel(pools.all(), Duration.ofSeconds(1), null);
            Clock clock = Clock.systemUTC();
            Authorizer authorizer = new Authorizer(
                    new RouteTable(List.of()),
                    new TokenVerifier(List.of(), nobody, clock, loops),
                    new TokenExchanger(CacheLimits.DEFAULT, nobody, clock, loops, token -> null),
                    new RateLimits());
            UpstreamGroups groups = new UpstreamGroups(List.of(), null, pools.all(), metrics);
            ProxyContext context = new ProxyContext(
                    () -> new ProxySettings(authorizer, 1, Duration.ofSeconds(1), 0, groups),
                    finished::add,
                    new FailureLog(),
                    new TrustedProxies(List.of()),
                    clock,
                    inFlight,
                    new AtomicInteger(),
                    new AtomicBoolean());

            loops.next()
                    .submit(() -> {
                        LeavingClient client = new LeavingClient();
                        Deadline deadline = new Deadline(pools.all().get(0).loop(), () -> {});
                        ProxyExchange exchange = new ProxyExchange(
                                context,
                                pools.all().get(0),
                                client,
                                deadline,
                                new Hop("127.0.0.1", "http", null),
                                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
                        client.exchange = exchange;
                        exchange.start(Refusal.of(ErrorCode.BAD_REQUEST, "to have something to write"));
                        deadline.stop();
                    })
                    .get(10, TimeUnit.SECONDS);
        } finally {
            pools.close();
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }

        assertThat(inFlight).hasValue(0);
        assertThat(finished).hasSize(1);
    }

    /** Is gone as soon as anything is written to it. */
    private static final class LeavingClient implements ClientSide {
        private @Nullable ProxyExchange exchange;

        private void take(Object written) {
            ReferenceCountUtil.release(written);
            ProxyExchange over = exchange;
            exchange = null;
            if (over != null) {
                over.onClientGone();
            }
        }

        @Override
        public void sendInterim(HttpResponse head) {
            take(head);
        }

        @Override
        public void send(HttpResponse head, boolean reusable) {
            take(head);
        }

        @Override
        public void upgrade(HttpResponse head) {
            take(head);
        }

        @Override
        public void send(HttpContent content) {
            take(content);
        }

        @Override
        public void flush() {}

        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public void pump() {}

        @Override
        public boolean requestEndHeld() {
            return true;
        }

        @Override
        public void ended() {
            throw new AssertionError("nobody is there to be answered further");
        }

        @Override
        public void abort() {}
    }
}
