package io.obogateway.jwt;

/** A token whose claims (RFC 7519, 3) are well-typed, and are to be believed once the signature is found right. */
record Jwt(Jws jws, TokenClaims claims) {

    /**
     * @throws io.obogateway.error.GatewayException naming the first {@link Check} that fails
     */
    static Jwt parse(String token, JoseHeaders headers, CheckTrail trail) {
        Jws jws = Jws.parse(token, headers, trail);
        return new Jwt(jws, TokenClaims.of(trail.obtain(Check.PAYLOAD_JSON, Jws.object(jws.payload())), trail));
    }

    JoseHeader header() {
        return jws.header();
    }
}
