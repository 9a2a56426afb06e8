package io.obogateway.upstream;

import io.netty.handler.codec.http.HttpVersion;

/** The version of messages that came by HTTP/2, for which Netty has no constant. */
public final class Http2Version {
    public static final HttpVersion HTTP_2 = new HttpVersion("HTTP", 2, 0, true);

    private Http2Version() {}
}
