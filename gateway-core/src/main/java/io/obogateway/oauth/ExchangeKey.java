package io.obogateway.oauth;

import io.obogateway.jwt.TokenDigest;
import io.obogateway.jwt.VerifiedToken;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the cache knows a token request by: everything that changes its answer, as SHA-256 digests. The parts stay side by
 * side instead of being hashed into one, so that making a key costs one small object and loses nothing.
 *
 * @param subject the employee's token; null for client credentials, whose answer is the same for every caller
 * @param target provider, client, grant, scope and audience
 * @param claims the {@code claims} parameter; null: none
 */
record ExchangeKey(
        @Nullable TokenDigest subject,
        TokenDigest target,
        @Nullable TokenDigest claims) {

    static ExchangeKey of(VerifiedToken token, ExchangeTarget target) {
        return new ExchangeKey(target.grant() == Grant.ON_BEHALF_OF ? token.digest() : null, target.digest(), null);
    }

    ExchangeKey withClaims(String newClaims) {
        return new ExchangeKey(subject, target, TokenDigest.of(newClaims.getBytes(StandardCharsets.UTF_8)));
    }

    /** Each part goes in behind its length, so that no two different lists of parts give the same bytes. */
    static TokenDigest digestOf(
            List<String> providerIdentity, Grant grant, @Nullable String scope, @Nullable String audience) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        bytes.writeBytes(ByteBuffer.allocate(4).putInt(providerIdentity.size()).array());
        providerIdentity.forEach(part -> append(bytes, part));
        append(bytes, grant.configName());
        append(bytes, scope);
        append(bytes, audience);
        return TokenDigest.of(bytes.toByteArray());
    }

    private static void append(ByteArrayOutputStream bytes, @Nullable String part) {
        byte[] content = part == null ? new byte[0] : part.getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes(ByteBuffer.allocate(4)
                .putInt(part == null ? -1 : content.length)
                .array());
        bytes.writeBytes(content);
    }

    /** The digests are uniform; the rotation keeps equal ones from cancelling each other. */
    @Override
    public int hashCode() {
        int hash = Integer.rotateLeft(target.hashCode(), 7);
        return (subject == null ? hash : hash ^ subject.hashCode()) + (claims == null ? 0 : claims.hashCode());
    }
}
