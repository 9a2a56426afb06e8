package io.obogateway.upstream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import io.obogateway.route.UpstreamTls;
import io.obogateway.tls.FollowedContext;
import io.obogateway.tls.TlsContexts;
import java.io.IOException;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** TLS towards one origin: which certificates are believed, whom they must name, and which name is asked for. */
final class OriginTls {
    private static final List<String> HTTP1 = List.of(ApplicationProtocolNames.HTTP_1_1);
    private static final List<String> HTTP2 = List.of(ApplicationProtocolNames.HTTP_2);

    private OriginTls() {}

    /**
     * @throws IOException when the files that the origin needs cannot be used
     */
    static FollowedContext context(TlsContexts contexts, Origin origin) throws IOException {
        return contexts.towardsUpstream(origin.tlsSettings(), origin.http2() ? HTTP2 : HTTP1);
    }

    static SslHandler handler(FollowedContext context, Origin origin, ByteBufAllocator allocator) {
        String name = serverName(origin);
        SslHandler handler = context.newHandler(allocator, name, origin.port());
        if (!NetUtil.isValidIpV4Address(name) && !NetUtil.isValidIpV6Address(name)) { // RFC 6066, 3
            // said here, because a name without a dot, such as a Kubernetes service's, is left out by default
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            handler.engine().setSSLParameters(parameters);
        }
        return handler;
    }

    private static String serverName(Origin origin) {
        UpstreamTls settings = origin.tlsSettings();
        return settings == null || settings.serverName() == null ? origin.host() : settings.serverName();
    }

    /** The failure with what an operator needs to know of it: of whom, and the innermost reason. */
    static Throwable failure(Origin origin, Throwable cause) {
        if (!(cause instanceof SSLException)) {
            return cause;
        }
        Throwable innermost = cause;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return new UpstreamTlsException(
                "no TLS with " + origin.authority() + " as " + serverName(origin) + ": " + innermost.getMessage(),
                cause);
    }
}
