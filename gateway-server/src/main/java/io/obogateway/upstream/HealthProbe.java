package io.obogateway.upstream;

import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.ScheduledFuture;
import io.obogateway.route.HealthCheck;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One question whether an address works: a GET without a token, on a connection of its own, so that it tells whether
 * connections can be had. Its content is not read.
 */
final class HealthProbe implements UpstreamConnection.Listener {
    private final UpstreamPool pool;
    private final Origin origin;
    private final HealthCheck check;
    private final Consumer<@Nullable String> answered;
    private @Nullable UpstreamConnection connection;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean over;

    /**
     * @param answered told once what is wrong; null: nothing
     */
    HealthProbe(UpstreamPool pool, Origin origin, HealthCheck check, Consumer<@Nullable String> answered) {
        this.pool = pool;
        this.origin = origin;
        this.check = check;
        this.answered = answered;
    }

    void start() {
        deadline = pool.loop()
                .schedule(
                        () -> end("no answer within " + check.timeout().toMillis() + " ms"),
                        check.timeout().toNanos(),
                        TimeUnit.NANOSECONDS);
        pool.open(new Destination(origin, null), check.timeout(), this);
    }

    private void end(@Nullable String fault) {
        if (over) {
            return;
        }
        over = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
        if (connection != null) {
            connection.release(false);
        }
        answered.accept(fault);
    }

    @Override
    public void onConnected(UpstreamConnection opened) {
        if (over) {
            opened.release(false);
            return;
        }
        connection = opened;
        HttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, origin.target(check.path()));
        request.headers()
                .set(HttpHeaderNames.HOST, origin.authority())
                .set(HttpHeaderNames.USER_AGENT, "obo-gateway health check")
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (origin.proxyAuthorization() != null) {
            request.headers().set(HttpHeaderNames.PROXY_AUTHORIZATION, origin.proxyAuthorization());
        }
        opened.write(request);
        opened.flush();
        opened.read();
    }

    @Override
    public void onConnectFailed(Throwable cause) {
        end(FailureText.of(cause));
    }

    @Override
    public void onResponseHead(HttpResponse head) {
        HttpStatusClass kind = head.status().codeClass();
        if (kind != HttpStatusClass.INFORMATIONAL) {
            end(kind == HttpStatusClass.SUCCESS ? null : "it answers " + head.status());
        }
    }

    @Override
    public void onResponseContent(HttpContent content) {
        content.release();
    }

    @Override
    public void onReadComplete() {}

    @Override
    public boolean wantsMore() {
        return !over;
    }

    @Override
    public void onWritabilityChanged() {}

    @Override
    public void onBroken(Throwable cause) {
        connection = null;
        end(FailureText.of(cause));
    }
}
