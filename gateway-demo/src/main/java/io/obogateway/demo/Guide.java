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
        String url = demo.gatewayUrl() + "/people/me";
        return """
                obo-gateway demo

                  gateway            %s  forwards /people/** with an exchanged token
                  its configuration  %s
                  identity provider  %s  (mock-oauth2-server)
                  downstream API     %s  takes only tokens for %s

                1. With an employee's token (%s): the API names the employee, and the token that it saw is another one.

                curl -s %s -H 'Authorization: Bearer %s'

                2. Without a token: 401 with a challenge; neither the identity provider nor the API is asked.

                curl -si %s

                3. With an expired token: 401, and the answer says what is wrong with it.

                curl -si %s -H 'Authorization: Bearer %s'

                %s
                """.formatted(
                        demo.gatewayUrl(),
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
                        until);
    }
}
