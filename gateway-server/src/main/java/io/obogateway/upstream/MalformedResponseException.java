package io.obogateway.upstream;

import java.io.IOException;

/** What an origin sent is no valid HTTP response, or larger than permitted. */
public final class MalformedResponseException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedResponseException(Throwable cause) {
        super("the response is malformed", cause);
    }

    MalformedResponseException(String violation) {
        super("the response is malformed: " + violation);
    }
}
