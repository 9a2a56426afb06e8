package io.obogateway.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The outbound proxy does not take the credentials that it was shown, or wants some (407); the origin was not asked. */
public final class ProxyCredentialsException extends IOException {
    private static final long serialVersionUID = 1;

    ProxyCredentialsException(@Nullable Throwable cause) {
        super("the outbound proxy refuses its credentials (outbound-proxy.url, user:password@)", cause);
    }

    /** Whether these fields are of a proxy that wants others; Tinyproxy says 401 to wrong ones. */
    static boolean asksFor(@Nullable HttpHeaders ofProxy) {
        return ofProxy != null
                && (ofProxy.contains(HttpHeaderNames.PROXY_AUTHENTICATE)
                        || ofProxy.contains(HttpHeaderNames.WWW_AUTHENTICATE));
    }
}
