package io.obogateway.route;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.jwt.VerifiedToken;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** What must be in a token beyond being valid: one of each non-empty set. */
public record Requirements(Set<String> scopes, Set<String> roles, Set<String> groups, Set<String> clients) {
    public static final Requirements NONE = new Requirements(Set.of(), Set.of(), Set.of(), Set.of());

    public Requirements {
        scopes = Set.copyOf(scopes);
        roles = Set.copyOf(roles);
        groups = Set.copyOf(groups);
        clients = Set.copyOf(clients);
    }

    /**
     * Lets a token through that has one of each.
     *
     * @throws GatewayException {@link ErrorCode#CLIENT_NOT_ALLOWED} or {@link ErrorCode#INSUFFICIENT_SCOPE}
     */
    public void admit(VerifiedToken token) {
        if (!clients.isEmpty() && (token.client() == null || !clients.contains(token.client()))) {
            throw clientNotAllowed(token);
        }
        if (lacks(scopes, token.scopes())) {
            throw lacking("scopes", scopes);
        }
        if (lacks(roles, token.roles())) {
            throw lacking("roles", roles);
        }
        if (lacks(groups, token.groups())) {
            throw token.groupsOverage() ? groupsNotListed() : lacking("groups", groups);
        }
    }

    private static boolean lacks(Set<String> required, Set<String> present) {
        return !required.isEmpty() && Collections.disjoint(required, present);
    }

    private static GatewayException lacking(String what, Set<String> required) {
        return new GatewayException(
                ErrorCode.INSUFFICIENT_SCOPE,
                "The token has none of the required " + what + ": " + String.join(", ", new TreeSet<>(required)));
    }

    /** Entra leaves out the groups of a user who is in too many and says so in {@code _claim_names}. */
    private static GatewayException groupsNotListed() {
        return new GatewayException(Refusal.of(
                        ErrorCode.INSUFFICIENT_SCOPE,
                        "The token says that its user is in groups but does not list them, because there are too many;"
                                + " so none of the required groups can be seen in it")
                .withRemedy("Limit the groups claim of the app registration to groups assigned to the application."));
    }

    private static GatewayException clientNotAllowed(VerifiedToken token) {
        return new GatewayException(
                ErrorCode.CLIENT_NOT_ALLOWED,
                token.client() == null
                        ? "The token does not say which application obtained it, and this route takes named ones only"
                        : "The application " + token.client() + " is not among the clients of this route");
    }
}
