package io.obogateway.demo;

import java.time.Duration;

/** What the demo tells its reader. */
final class Guide {
    private static final Duration LIFE = Duration.ofHours(1);
    private static final Duration EXPIRED = Duration.ofMinutes(-10);

    private Guide() {}

    /**
     * @param until when it ends, as a sentence
     */
    static String text(Demo demo, String until) {
        String token = demo.employeeToken("Kari Nordmann", LIFE);
        String expired = demo.employeeToken("Kari Nordmann", EXPIRED);
        String gateway = demo.gatewayUrl();
        String url = gateway + "/people/me";
        return """
                obo-gateway demo

                  gateway            %s  forwards with an exchanged token
                  its configuration  %s  followed: change it and see
                  identity provider  %s  (a fake Entra ID)
                  downstream API     %s  takes only tokens for %s

                1. With an employee's token (%s): the API names the employee, and the token that it saw is another one.

                curl -s %s -H 'Authorization: Bearer %s'

                2. Without a token: 401 with a challenge; neither the identity provider nor the API is asked.

                curl -si %s

                3. With an expired token: 401, and the answer says what is wrong with it.

                curl -si %s -H 'Authorization: Bearer %s'

                4. With the token of 1, where the identity provider wants a second factor: 401 with a claims challenge,
                   with which an application signs the user in again.

                curl -si %s/payroll/me -H 'Authorization: Bearer %s'

                5. Where the identity provider is asked too often: 503 with Retry-After, and nobody asks it for %d s.
                   Meanwhile 1, once it has been done, works on with the token that the gateway has kept.

                curl -si %s/reports/me -H 'Authorization: Bearer %s'

                %s
                """.formatted(
                        gateway,
                        demo.configFile(),
                        demo.issuer(),
                        demo.apiUrl(),
                        PeopleApi.AUDIENCE,
                        Fingerprint.of(token),
                        url,
                        token,
                        url,
                        url,
                        expired,
                        gateway,
                        token,
                        IdentityProvider.RETRY_AFTER_SECONDS,
                        gateway,
                        token,
                        until);
    }
}
