package io.obogateway.jwt;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the header of a signed token may say (RFC 7515, 4). Everything that would let a token choose its own key or
 * change how it is read is refused here (RFC 8725).
 *
 * @param keyId {@code kid}
 */
record JoseHeader(SignatureAlgorithm algorithm, @Nullable String keyId) {
    private static final int MAX_KEY_ID = 512;
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/jwt", "application/at+jwt");

    static JoseHeader of(Map<String, @Nullable Object> members, CheckTrail trail) {
        trail.require(Check.UNENCRYPTED, !members.containsKey("enc"));
        SignatureAlgorithm algorithm = trail.obtain(Check.ALGORITHM_KIND, SignatureAlgorithm.named(members.get("alg")));
        trail.require(Check.CRITICAL, !members.containsKey("crit") && !members.containsKey("b64"));
        trail.require(
                Check.EMBEDDED_KEY,
                !members.containsKey("jwk")
                        && !members.containsKey("jku")
                        && !members.containsKey("x5u")
                        && !members.containsKey("x5c"));
        trail.require(Check.TYPE, accessTokenType(members) && !members.containsKey("cty"));
        trail.require(Check.KEY_ID, !members.containsKey("kid") || keyId(members) != null);
        return new JoseHeader(algorithm, keyId(members));
    }

    private static boolean accessTokenType(Map<String, @Nullable Object> members) {
        return !members.containsKey("typ")
                || (members.get("typ") instanceof String typ && TYPES.contains(typ.toLowerCase(Locale.ROOT)));
    }

    private static @Nullable String keyId(Map<String, @Nullable Object> members) {
        return members.get("kid") instanceof String kid && !kid.isEmpty() && kid.length() <= MAX_KEY_ID ? kid : null;
    }
}
