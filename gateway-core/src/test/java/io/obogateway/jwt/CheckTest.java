package io.obogateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The checks as people meet them: in {@code gateway explain}, in refusals, in what they search for. */
class CheckTest {
    @Test
    void namesAndSentencesAreTheseInThisOrder() {
        String all = Arrays.stream(Check.values())
                .map(check -> check.label() + ": " + check.sentence())
                .collect(Collectors.joining("\n"));

        assertThat(all).isEqualTo("""
                        size: the token is too long
                        shape: the token is not a JWT in the compact form of a signature
                        header-encoding: the token's header is not canonical base64url
                        header-json: the token's header is not a JSON object with unique members
                        unencrypted: the token is encrypted
                        algorithm-kind: the token is not signed with a public-key algorithm (alg)
                        critical: the token's header has critical extensions (crit, b64)
                        embedded-key: the token's header brings or points to a key of its own (jwk, jku, x5u, x5c)
                        type: the token's header marks it as something else than an access token (typ, cty)
                        key-id: the token's key id (kid) is not a string of reasonable length
                        payload-encoding: the token's payload is not canonical base64url
                        signature-encoding: the token's signature is not canonical base64url
                        payload-json: the token's payload is not a JSON object with unique members
                        claim-types: a claim of the token has the wrong type
                        claim-sizes: a claim of the token is too large
                        issuer: the token's issuer (iss) is not accepted here
                        algorithm: the token's algorithm (alg) is not one that its issuer may use
                        expiry-present: the token has no expiry (exp)
                        dates: a date of the token (exp, nbf, iat) is not a whole number of seconds in a reasonable range
                        expiry: the token has expired (exp)
                        not-before: the token is not valid yet (nbf)
                        issued-at: the token is from the future (iat)
                        audience: the token is not meant for this gateway (aud)
                        tenant: the token's tenant (tid) is not accepted
                        version: the token's version (ver) is not accepted
                        token-use: the token is not an access token
                        key: the key that signed the token is not among its issuer's published keys
                        key-usable: the published key that the token names is not fit for signatures
                        key-algorithm: the published key that the token names is not for the token's algorithm
                        key-issuer: the published key that the token names belongs to another issuer
                        signature: the token's signature is wrong
                        client: the client that the token was issued to (azp, appid) is not allowed""");
    }
}
