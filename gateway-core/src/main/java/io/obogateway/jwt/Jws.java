package io.obogateway.jwt;

import io.obogateway.http.Json;
import io.obogateway.http.Json.InvalidJsonException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is signed, taken apart (RFC 7515, 3.1): its header accepted, its payload not read, its signature not looked at. */
final class Jws {
    private static final int MAX_CHARS = 24 * 1024;

    private final byte[] ascii;
    private final int signedLength;
    private final String encodedHeader;
    private final JoseHeader header;
    private final byte[] payload;
    private final byte[] signature;

    private Jws(
            byte[] ascii, int signedLength, String encodedHeader, JoseHeader header, byte[] payload, byte[] signature) {
        this.ascii = ascii;
        this.signedLength = signedLength;
        this.encodedHeader = encodedHeader;
        this.header = header;
        this.payload = payload;
        this.signature = signature;
    }

    /**
     * @throws io.obogateway.error.GatewayException naming the first {@link Check} that fails
     */
    static Jws parse(String token, JoseHeaders headers, CheckTrail trail) {
        trail.require(Check.SIZE, token.length() <= MAX_CHARS);
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        int dots = dots(token);
        trail.require(Check.SHAPE, (dots == 2 && first > 0 && second > first + 1) || dots == 4);
        if (dots == 4) {
            trail.require(Check.UNENCRYPTED, false); // five parts are a JWE (RFC 7516, 3.1)
        }

        byte[] ascii = token.getBytes(StandardCharsets.ISO_8859_1);
        String encodedHeader = token.substring(0, first);
        JoseHeader known = headers.find(encodedHeader);
        JoseHeader header = known != null
                ? known
                : header(trail.obtain(Check.HEADER_ENCODING, Base64Url.decode(ascii, 0, first)), trail);
        byte[] payload = trail.obtain(Check.PAYLOAD_ENCODING, Base64Url.decode(ascii, first + 1, second));
        byte[] signature = trail.obtain(Check.SIGNATURE_ENCODING, Base64Url.decode(ascii, second + 1, ascii.length));
        return new Jws(ascii, second, encodedHeader, header, payload, signature);
    }

    private static int dots(String token) {
        int dots = 0;
        for (int at = token.indexOf('.'); at >= 0; at = token.indexOf('.', at + 1)) {
            dots++;
        }
        return dots;
    }

    private static JoseHeader header(byte[] utf8, CheckTrail trail) {
        return JoseHeader.of(trail.obtain(Check.HEADER_JSON, object(utf8)), trail);
    }

    /** The members of a JSON object; null when it is none. */
    static @Nullable Map<String, @Nullable Object> object(byte[] utf8) {
        String text = new String(utf8, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0 && !wellFormed(utf8)) {
            return null;
        }
        try {
            return Json.object(text);
        } catch (InvalidJsonException e) {
            return null;
        }
    }

    /** The fast decoder puts U+FFFD where bytes are wrong; only where that shows is it worth asking the strict one. */
    private static boolean wellFormed(byte[] utf8) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    JoseHeader header() {
        return header;
    }

    String encodedHeader() {
        return encodedHeader;
    }

    byte[] payload() {
        return payload;
    }

    boolean signedBy(PublishedKey key) {
        return header.algorithm().verifies(key.key(), ascii, signedLength, signature);
    }
}
