package io.obogateway.admin;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.INTERNAL_SERVER_ERROR;
import static io.netty.handler.codec.http.HttpResponseStatus.METHOD_NOT_ALLOWED;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;
import static io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.netty.handler.codec.http.HttpResponseStatus.SERVICE_UNAVAILABLE;
import static io.netty.handler.codec.http.HttpResponseStatus.UNPROCESSABLE_ENTITY;
import static java.util.concurrent.CompletableFuture.completedFuture;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutException;
import io.obogateway.http.JsonWriter;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers operators: liveness, readiness, metrics. Last in the admin pipeline, behind the aggregator, so that every
 * request comes whole; without state, so one serves all connections.
 */
@Sharable
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);
    private static final String JSON = "application/json";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    /** What goes back. */
    private record Answer(
            HttpResponseStatus status,
            String contentType,
            String content,
            @Nullable String allow) {
        static Answer json(HttpResponseStatus status, Object content) {
            return new Answer(status, JSON, JsonWriter.write(content) + "\n", null);
        }

        static Answer only(String methods) {
            Answer error = error(METHOD_NOT_ALLOWED, "only " + methods);
            return new Answer(error.status(), error.contentType(), error.content(), methods);
        }

        static Answer error(HttpResponseStatus status, String error) {
            return json(status, Map.of("error", error));
        }
    }

    private final Health health;
    private final Supplier<String> metrics;
    private final @Nullable Supplier<CompletableFuture<ReloadResult>> reload;

    AdminHandler(Health health, Supplier<String> metrics, @Nullable Supplier<CompletableFuture<ReloadResult>> reload) {
        this.health = health;
        this.metrics = metrics;
        this.reload = reload;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (!ctx.channel().isWritable()) {
            // it asks on without reading the answers: they must not pile up
            ctx.close();
            return;
        }
        boolean keepAlive = request.decoderResult().isSuccess() && HttpUtil.isKeepAlive(request);
        CompletableFuture<Answer> answer = answer(request);
        if (answer.isDone()) {
            send(ctx, response(ctx, answer.join()), keepAlive);
        } else {
            answer.thenAcceptAsync(late -> send(ctx, response(ctx, late), keepAlive), ctx.executor());
        }
    }

    /** Does not fail. */
    private CompletableFuture<Answer> answer(FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return completedFuture(Answer.error(BAD_REQUEST, "the request is malformed or too large"));
        }
        String path = path(request.uri());
        try {
            return path.equals("/api/reload")
                    ? reload(request.method())
                    : completedFuture(answer(request.method(), path));
        } catch (RuntimeException e) {
            LOG.error("the admin port failed to answer {}", path, e);
            return completedFuture(Answer.error(INTERNAL_SERVER_ERROR, "see the log"));
        }
    }

    private CompletableFuture<Answer> reload(HttpMethod method) {
        if (reload == null) {
            return completedFuture(Answer.error(NOT_FOUND, "the gateway was not started from files"));
        }
        return method.equals(HttpMethod.POST)
                ? reload.get().thenApply(AdminHandler::answer)
                : completedFuture(Answer.only("POST"));
    }

    private static Answer answer(ReloadResult result) {
        Map<String, Object> content = new LinkedHashMap<>();
        if (result instanceof ReloadResult.Reloaded reloaded) {
            content.put("status", "reloaded");
            content.put("routes", reloaded.routes());
            content.put("restartNeeded", reloaded.restartNeeded());
            return Answer.json(OK, content);
        }
        content.put("status", "rejected");
        content.put("problems", ((ReloadResult.Rejected) result).problems());
        return Answer.json(UNPROCESSABLE_ENTITY, content);
    }

    private static String path(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private Answer answer(HttpMethod method, String path) {
        return switch (path) {
            case "/isalive", "/isready", "/metrics" -> reads(method) ? answer(path) : Answer.only("GET, HEAD");
            default -> Answer.error(NOT_FOUND, "there is /isalive, /isready, /metrics and /api/reload");
        };
    }

    private Answer answer(String path) {
        return switch (path) {
            case "/isready" -> readiness();
            case "/metrics" -> new Answer(OK, PROMETHEUS, metrics.get(), null);
            default -> Answer.json(OK, Map.of("status", "alive"));
        };
    }

    private Answer readiness() {
        List<String> reasons = health.reasons();
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("status", reasons.isEmpty() ? "ready" : "not ready");
        content.put("reasons", reasons);
        content.put("warnings", health.warnings().get());
        return Answer.json(reasons.isEmpty() ? OK : SERVICE_UNAVAILABLE, content);
    }

    private static boolean reads(HttpMethod method) {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }

    private static FullHttpResponse response(ChannelHandlerContext ctx, Answer answer) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, answer.status(), ByteBufUtil.writeUtf8(ctx.alloc(), answer.content()));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("x-content-type-options", "nosniff");
        HttpUtil.setContentLength(response, response.content().readableBytes());
        if (answer.allow() != null) {
            response.headers().set(HttpHeaderNames.ALLOW, answer.allow());
        }
        return response;
    }

    /** Takes the response. */
    private static void send(ChannelHandlerContext ctx, FullHttpResponse response, boolean keepAlive) {
        HttpUtil.setKeepAlive(response, keepAlive);
        ChannelFuture written = ctx.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException || cause instanceof ReadTimeoutException)) {
            LOG.warn("a connection of the admin port failed", cause);
        }
        ctx.close();
    }
}
