package io.obogateway.oauth;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to do about Entra's numbered errors, one sentence each. Entra may change the numbers at any time: they choose
 * words, and among refusals of the same fault the fitting one, never more.
 */
final class AadstsRemedies {
    private static final String SECOND_FACTOR = "Sign in again with a second factor, for {target}.";

    /** {@code {app}}: the gateway's application; {@code {target}}: the scope asked for. */
    private static final Map<Integer, String> SENTENCES = Map.ofEntries(
            Map.entry(65001, "An administrator must consent to {app} calling {target} on behalf of users."),
            Map.entry(
                    65004, "The user declined to consent; sign in again and accept, or let an administrator consent."),
            Map.entry(90094, "An administrator must consent to {app} calling {target}."),
            Map.entry(
                    50105,
                    "Assign the user, or a group of which the user is a direct member, to the application behind"
                            + " {target}."),
            Map.entry(
                    501051,
                    "Add {app} to spec.accessPolicy.inbound.rules of the application behind"
                            + " {target} and deploy it."),
            Map.entry(50074, SECOND_FACTOR),
            Map.entry(50076, SECOND_FACTOR),
            Map.entry(50078, SECOND_FACTOR),
            Map.entry(50079, "Register a second factor, then sign in again with it, for {target}."),
            Map.entry(
                    50158,
                    "Sign in again, for {target}, and pass the check that a Conditional Access policy asks for."),
            Map.entry(53000, "Use a device that complies with the organisation's policy."),
            Map.entry(
                    53003, "A Conditional Access policy blocks this sign-in; only who manages the policy can lift it."),
            Map.entry(50020, "The user's account does not exist in the tenant of {target}; invite it as a guest."),
            Map.entry(50057, "The user's account is disabled; only an administrator can enable it."),
            Map.entry(50013, "Sign in again and send a token issued for {app}."),
            Map.entry(50027, "Send an access token issued for {app}, exactly as it was received."),
            Map.entry(50173, "The session was revoked; sign in again."),
            Map.entry(70043, "The session is older than the organisation's policy allows; sign in again."),
            Map.entry(500133, "The access token has expired; get a new one and try again."),
            Map.entry(50196, "The same request was repeated too often; keep the answers instead of asking again."),
            Map.entry(90055, "The tenant is throttled; try again later."),
            Map.entry(
                    7000215,
                    "Configure a valid secret of {app}: its value, not its id; on NAIS restart the gateway after a"
                            + " rotation."),
            Map.entry(7000222, "The secret of {app} has expired; configure a new one."),
            Map.entry(700027, "Register the certificate or key that the gateway signs with on {app}."),
            Map.entry(700016, "Check client-id and the tenant in token-url, where nobody knows {app}."),
            Map.entry(7000218, "Configure a client secret or a private key for {app}."),
            Map.entry(70011, "Correct the route's scope; it looks like api://cluster.namespace.app/.default."),
            Map.entry(500011, "Check the route's scope: no application in this tenant is called {target}."),
            Map.entry(700022, "Let the route's scope name one application only."),
            Map.entry(28002, "Correct the route's scope: it names a permission that {target} does not declare."),
            Map.entry(650057, "Add the API behind {target} to the permissions in the registration of {app}."),
            Map.entry(7000114, "Check the registration of {app}, which may not ask for tokens on behalf of users."),
            Map.entry(70003, "Use type = entra for this provider: it does not speak RFC 8693."),
            Map.entry(9001023, "Use the token-url of one tenant, not /common or /organizations."));

    private AadstsRemedies() {}

    /** The sentence for the first number that has one; else null. */
    static @Nullable String sentence(List<Integer> codes, ExchangeTarget target) {
        for (Integer code : codes) {
            String sentence = SENTENCES.get(code);
            if (sentence != null) {
                return sentence.replace("{app}", target.provider().application())
                        .replace("{target}", target.wanted());
            }
        }
        return null;
    }
}
