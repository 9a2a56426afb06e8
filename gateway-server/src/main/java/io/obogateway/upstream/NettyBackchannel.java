package io.obogateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import io.obogateway.http.Backchannel;
import io.obogateway.http.BackchannelException;
import io.obogateway.http.BackchannelException.Reason;
import io.obogateway.http.OutboundProxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls issuers and token providers over the gateway's own event loops and connection pools. A call made on an event loop
 * stays on it, so a token request costs no change of threads.
 */
public final class NettyBackchannel implements Backchannel {
    private static final int FIRST_BUFFER = 4 * 1024;

    private final List<UpstreamPool> pools;
    private final Duration connectTimeout;
    private volatile @Nullable OutboundProxy proxy;

    /**
     * @param pools one per event loop; never empty
     * @param proxy through which issuers and providers are reached, unless it leaves them out; null: directly
     */
    public NettyBackchannel(List<UpstreamPool> pools, Duration connectTimeout, @Nullable OutboundProxy proxy) {
        this.pools = List.copyOf(pools);
        this.connectTimeout = connectTimeout;
        this.proxy = proxy;
    }

    /** Calls go through another proxy from now on, or through none. */
    public void proxy(@Nullable OutboundProxy newProxy) {
        proxy = newProxy;
    }

    @Override
    public CompletableFuture<Answer> send(Call call) {
        UpstreamPool pool = poolOfThisThread();
        Exchange exchange = new Exchange(pool, call);
        if (pool.loop().inEventLoop()) {
            exchange.start();
        } else {
            pool.loop().execute(exchange::start);
        }
        return exchange.answer;
    }

    private UpstreamPool poolOfThisThread() {
        for (UpstreamPool pool : pools) {
            if (pool.loop().inEventLoop()) {
                return pool;
            }
        }
        return pools.get(ThreadLocalRandom.current().nextInt(pools.size()));
    }

    /** One call on its event loop. */
    private final class Exchange implements UpstreamConnection.Listener {
        final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final UpstreamPool pool;
        private final EventLoop loop;
        private final Call call;
        private final Origin origin;

        private @Nullable UpstreamConnection connection;
        private @Nullable ScheduledFuture<?> deadline;
        private @Nullable HttpResponse head;
        private @Nullable ByteBuf body;

        Exchange(UpstreamPool pool, Call call) {
            this.pool = pool;
            this.loop = pool.loop();
            this.call = call;
            this.origin = Origin.of(call.uri()).through(proxy);
        }

        void start() {
            deadline = loop.schedule(
                    () -> fail(Reason.TIMEOUT, "no complete answer within " + call.deadline(), null),
                    call.deadline().toNanos(),
                    TimeUnit.NANOSECONDS);
            pool.acquire(new Destination(origin, null), connectTimeout, this);
        }

        @Override
        public void onConnected(UpstreamConnection newConnection) {
            if (answer.isDone()) { // the deadline passed while it was being opened
                newConnection.release(true);
                return;
            }
            connection = newConnection;
            newConnection.write(request());
            newConnection.flush();
            newConnection.read();
        }

        private HttpRequest request() {
            String content = call.body();
            ByteBuf bytes = content == null
                    ? Unpooled.EMPTY_BUFFER
                    : Unpooled.wrappedBuffer(content.getBytes(StandardCharsets.UTF_8));
            URI uri = call.uri();
            String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            DefaultFullHttpRequest request = new DefaultFullHttpRequest(
                    HttpVersion.HTTP_1_1,
                    content == null ? HttpMethod.GET : HttpMethod.POST,
                    origin.target(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery()),
                    bytes);
            HttpHeaders headers = request.headers();
            headers.set(HttpHeaderNames.HOST, origin.authority());
            if (content != null) {
                headers.set(HttpHeaderNames.CONTENT_LENGTH, bytes.readableBytes());
                headers.set(HttpHeaderNames.CONTENT_TYPE, call.contentType());
            }
            call.headers().forEach(headers::set);
            if (origin.proxyAuthorization() != null) {
                headers.set(HttpHeaderNames.PROXY_AUTHORIZATION, origin.proxyAuthorization());
            }
            return request;
        }

        @Override
        public void onConnectFailed(Throwable cause) {
            if (cause instanceof ProxyCredentialsException refused) {
                refusedByProxy(refused);
            } else {
                fail(
                        Reason.UNREACHABLE,
                        "no connection to " + origin.authority() + ": " + FailureText.of(cause),
                        cause);
            }
        }

        @Override
        public void onResponseHead(HttpResponse newHead) {
            if (newHead.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                return;
            }
            if (isOfProxy(newHead)) {
                refusedByProxy(new ProxyCredentialsException(null));
                return;
            }
            head = newHead;
            body = Unpooled.buffer(Math.min(FIRST_BUFFER, call.maxBytes()), call.maxBytes());
        }

        /** Whether the proxy that forwards requests wants other credentials as Tinyproxy does: it says 401, in HTML. */
        private boolean isOfProxy(HttpResponse answered) {
            String type = answered.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
            return answered.status().equals(HttpResponseStatus.UNAUTHORIZED)
                    && origin.proxyAuthorization() != null
                    && type.startsWith("text/html");
        }

        @Override
        public void onResponseContent(HttpContent content) {
            try {
                ByteBuf sofar = body;
                if (answer.isDone() || sofar == null) {
                    return;
                }
                if (content.content().readableBytes() > sofar.maxWritableBytes()) {
                    fail(Reason.TOO_LARGE, "the answer is larger than " + call.maxBytes() + " bytes", null);
                    return;
                }
                sofar.writeBytes(content.content());
                if (content instanceof LastHttpContent) {
                    succeed(sofar);
                }
            } finally {
                content.release();
            }
        }

        private void succeed(ByteBuf content) {
            HttpResponse answered = head;
            if (answered == null) {
                return;
            }
            end(true);
            Map<String, String> headers = new HashMap<>();
            answered.headers()
                    .forEach(field -> headers.putIfAbsent(field.getKey().toLowerCase(Locale.ROOT), field.getValue()));
            answer.complete(new Answer(
                    answered.status().code(),
                    headers,
                    new String(ByteBufUtil.getBytes(content), StandardCharsets.UTF_8)));
        }

        @Override
        public void onReadComplete() {}

        @Override
        public boolean wantsMore() {
            return !answer.isDone();
        }

        @Override
        public void onWritabilityChanged() {}

        @Override
        public void onBroken(Throwable cause) {
            connection = null;
            if (cause instanceof ProxyCredentialsException refused) {
                refusedByProxy(refused);
                return;
            }
            boolean malformed = cause instanceof MalformedResponseException;
            fail(
                    malformed ? Reason.MALFORMED : Reason.BROKEN,
                    malformed ? "the answer is no HTTP" : "the connection broke before the answer was complete",
                    cause);
        }

        private void refusedByProxy(ProxyCredentialsException cause) {
            fail(Reason.PROXY_CREDENTIALS, String.valueOf(cause.getMessage()), cause);
        }

        private void fail(Reason reason, String message, @Nullable Throwable cause) {
            end(false);
            answer.completeExceptionally(new BackchannelException(reason, message, cause));
        }

        private void end(boolean reusable) {
            if (deadline != null) {
                deadline.cancel(false);
            }
            UpstreamConnection used = connection;
            connection = null;
            if (used != null) {
                used.release(reusable);
            }
        }
    }
}
