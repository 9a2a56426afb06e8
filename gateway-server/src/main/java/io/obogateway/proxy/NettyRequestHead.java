package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpRequest;
import io.obogateway.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A decoded request as the policy sees it. Lives on the event loop for as long as the decision takes. */
final class NettyRequestHead implements RequestHead {
    private final HttpRequest request;

    NettyRequestHead(HttpRequest request) {
        this.request = request;
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String target() {
        return request.uri();
    }

    @Override
    public String host() {
        return Authority.hostname(Authority.of(request));
    }

    @Override
    public @Nullable String field(String name) {
        return request.headers().get(name);
    }

    @Override
    public List<String> fields(String name) {
        return request.headers().getAll(name);
    }
}
