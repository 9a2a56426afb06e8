package io.obogateway.upstream;

import javax.net.ssl.SSLException;

/** An upstream with which TLS could not be agreed on, such as one that shows a certificate of somebody else. */
public final class UpstreamTlsException extends SSLException {
    private static final long serialVersionUID = 1L;

    UpstreamTlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
