package io.obogateway.access;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.jwt.VerifiedToken;
import io.obogateway.jwt.VerifiedToken.Kind;
import io.obogateway.oauth.Grant;
import io.obogateway.route.Route;

/** Which of a route's grants fits an inbound token. Nothing falls back: a token that does not fit is refused. */
final class GrantChoice {
    private static final Refusal NOT_DELEGATED = Refusal.of(
                    ErrorCode.TOKEN_NOT_DELEGATED,
                    "The token speaks for an application, and this route acts on behalf of employees")
            .withRemedy("Call with an employee's token, or declare client-credentials among the route's grants.");
    private static final Refusal NOT_APPLICATION = Refusal.of(
                    ErrorCode.TOKEN_NOT_APPLICATION,
                    "The token speaks for an employee, and this route's permissions are the gateway's own")
            .withRemedy("Call with an application's token, or declare on-behalf-of among the route's grants.");

    private GrantChoice() {}

    /**
     * @throws GatewayException {@link ErrorCode#TOKEN_NOT_DELEGATED} or {@link ErrorCode#TOKEN_NOT_APPLICATION}
     */
    static Grant of(Route route, VerifiedToken token) {
        if (route.grants().contains(Grant.PASS_THROUGH)) {
            return Grant.PASS_THROUGH;
        }
        boolean employee = token.kind() == Kind.EMPLOYEE;
        Grant fitting = employee ? Grant.ON_BEHALF_OF : Grant.CLIENT_CREDENTIALS;
        if (!route.grants().contains(fitting)) {
            throw new GatewayException(employee ? NOT_APPLICATION : NOT_DELEGATED);
        }
        return fitting;
    }
}
