package io.obogateway.route;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;

/** What the route table says about a request. */
public sealed interface Match {

    /**
     * The route that takes the request.
     *
     * @throws GatewayException {@link ErrorCode#NO_ROUTE}, {@link ErrorCode#METHOD_NOT_ALLOWED} with the methods that are,
     *     or {@link ErrorCode#BAD_REQUEST} for a path whose other readings lead elsewhere
     */
    Taken taken();

    /**
     * One route takes it.
     *
     * @param upstreamTarget how the target for the upstream is made
     */
    record Taken(Route route, UpstreamTarget upstreamTarget) implements Match {
        @Override
        public Taken taken() {
            return this;
        }
    }

    /** None takes it. */
    record Refused(Refusal refusal) implements Match {
        @Override
        public Taken taken() {
            throw new GatewayException(refusal);
        }
    }
}
