package io.obogateway.access;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import java.util.List;

/**
 * Which methods the gateway carries at all: every one but CONNECT, which would make it an open tunnel, and TRACE, which
 * would echo the outbound token back (RFC 9110, 9.3.6 and 9.3.8).
 */
final class CarriedMethods {
    private static final Refusal NOT_CARRIED = Refusal.of(
                    ErrorCode.METHOD_NOT_ALLOWED, "The gateway carries neither CONNECT nor TRACE")
            .withAllow(List.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"));

    private CarriedMethods() {}

    /**
     * @throws GatewayException {@link ErrorCode#METHOD_NOT_ALLOWED}
     */
    static void check(String method) {
        if (method.equalsIgnoreCase("CONNECT") || method.equalsIgnoreCase("TRACE")) {
            throw new GatewayException(NOT_CARRIED);
        }
    }
}
