package io.obogateway.upstream;

import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A lessee of a connection that sends one GET on it, and gives it back as soon as the response has ended. */
final class AskedOnce implements UpstreamConnection.Listener {
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private @Nullable UpstreamConnection connection;
    private int head;

    /** Asks over any connection that the pool gives. */
    static AskedOnce over(UpstreamPool pool, Destination to, Duration connectTimeout) {
        AskedOnce asked = new AskedOnce();
        pool.loop().execute(() -> pool.acquire(to, connectTimeout, asked));
        return asked;
    }

    /** The response's status; fails as the connection did. */
    CompletableFuture<Integer> status() {
        return status.orTimeout(20, TimeUnit.SECONDS);
    }

    @Override
    public void onConnected(UpstreamConnection leased) {
        connection = leased;
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        request.headers().set(HttpHeaderNames.HOST, "people.example");
        leased.write((HttpRequest) request);
        leased.flush();
        leased.read();
    }

    @Override
    public void onConnectFailed(Throwable cause) {
        status.completeExceptionally(cause);
    }

    @Override
    public void onResponseHead(HttpResponse response) {
        head = response.status().code();
    }

    @Override
    public void onResponseContent(HttpContent content) {
        content.release();
        UpstreamConnection leased = connection;
        if (content instanceof LastHttpContent && leased != null) {
            connection = null;
            leased.release(true);
            status.complete(head);
        }
    }

    @Override
    public void onReadComplete() {}

    @Override
    public boolean wantsMore() {
        return true;
    }

    @Override
    public void onWritabilityChanged() {}

    @Override
    public void onBroken(Throwable cause) {
        status.completeExceptionally(cause);
    }
}
