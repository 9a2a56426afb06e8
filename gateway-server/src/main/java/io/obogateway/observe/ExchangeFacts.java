package io.obogateway.observe;

import org.jspecify.annotations.Nullable;

/**
 * What is known about one exchange when it ends: the one source of its access-log line and its metrics. Filled by the
 * exchange on its event loop; read once, on the same loop, when the exchange has ended; never kept.
 */
public final class ExchangeFacts {
    /** {@link System#nanoTime()} when the request's head was complete. */
    public long startNanos;
    /** {@link System#nanoTime()} when the exchange ended. */
    public long endNanos;
    /** 32 lower-case hex digits (W3C Trace Context). */
    public String traceId = "";
    /** The route's name; null when none took the request. */
    public @Nullable String route;

    public String method = "";
    /** The path without its query. */
    public String path = "";
    /** What the client was sent; 0 when it left before a response began. */
    public int status;
    /** The refusal's code; null when the upstream answered. */
    public @Nullable String code;
    /** The grant's name in the configuration; null when it was not decided. */
    public @Nullable String grant;
    /** How the outbound token was come by; null when none was acquired. */
    public @Nullable String cache;
    /** The calling application ({@code azp}); null when unknown. */
    public @Nullable String client;
    /** The upstream's status; 0 when it gave none. */
    public int upstreamStatus;
    /** Content bytes received from the client. */
    public long bytesIn;
    /** Content bytes sent to the client. */
    public long bytesOut;
}
