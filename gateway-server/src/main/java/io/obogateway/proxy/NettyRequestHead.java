package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpRequest;
import io.obogateway.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A decoded request as the policy sees it. Lives on the event loop for as long as the decision takes. */
final class NettyRequestHead implements RequestHead {
    private final HttpRequest request;
    private final Hop hop;

    NettyRequestHead(HttpRequest request, Hop hop) {
        this.request = request;
        this.hop = hop;
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

    /** The target without its query, and without what precedes the path in absolute form: both may hold secrets. */
    String path() {
        String target = request.uri();
        int begin = 0;
        int authority = target.charAt(0) == '/' ? -1 : target.indexOf("://");
        if (authority >= 0) {
            int slash = target.indexOf('/', authority + 3);
            begin = slash < 0 ? target.length() : slash;
        }
        int query = target.indexOf('?', begin);
        return query < 0 ? target.substring(begin) : target.substring(begin, query);
    }

    @Override
    public String clientAddress() {
        return ClientAddress.of(request.headers(), hop);
    }
}
