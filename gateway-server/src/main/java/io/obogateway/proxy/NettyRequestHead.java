package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.obogateway.http.RequestHead;
import java.util.List;
import java.util.Locale;
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
        return hostname(authority());
    }

    /** Of an absolute-form target, which wins (RFC 9112, 3.2.2), else of {@code Host}; empty if there is neither. */
    String authority() {
        String target = request.uri();
        if (target.charAt(0) != '/') {
            int begin = target.indexOf("://");
            if (begin > 0) {
                int end = begin + 3;
                while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
                    end++;
                }
                return target.substring(begin + 3, end);
            }
        }
        String host = request.headers().get(HttpHeaderNames.HOST);
        return host == null ? "" : host;
    }

    private static String hostname(String authority) {
        int end = authority.length();
        int colon = authority.lastIndexOf(':');
        if (colon >= 0 && authority.indexOf(']', colon) < 0) {
            end = colon;
        }
        return authority.substring(0, end).toLowerCase(Locale.ROOT);
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
