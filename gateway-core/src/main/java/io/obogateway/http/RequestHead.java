package io.obogateway.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The head of one request, whatever carried it. Read on the thread that carries the request, never kept. */
public interface RequestHead {
    /** The method as received; methods are case-sensitive (RFC 9110, 9.1). */
    String method();

    /** The request target as received, in any of its forms (RFC 9112, 3.2). */
    String target();

    /** The host without its port and a final dot, in lower case: of an absolute-form target, else of {@code Host}. */
    String host();

    /** The first value of a field, or null. Field names are case-insensitive. */
    @Nullable
    String field(String name);

    /** All values of a field in their order; empty if absent. */
    List<String> fields(String name);

    /**
     * Where the request comes from: an address, of IPv6 in its long form; behind trusted proxies the one that they vouch for.
     */
    String clientAddress();
}
