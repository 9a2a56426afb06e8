package io.obogateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.http.Json;
import io.obogateway.http.JsonWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Project Wycheproof's vectors of JSON Web Signatures ({@code testvectors_v1/json_web_signature_test.json}), which are not
 * part of this repository: {@code -Dwycheproof=FILE} names the file, whole or cut down. Key set and token take the way they take in the gateway; only the payloads, which are no claims, are not read.
 * Every algorithm is allowed, so that nothing but the key stands between a token and its acceptance.
 */
@EnabledIfSystemProperty(
        named = JwsVectorsTest.FILE,
        matches = ".+",
        disabledReason = "Wycheproof's vectors are run with -Dwycheproof=FILE")
class JwsVectorsTest {
    static final String FILE = "wycheproof";

    /** The key's own {@code alg} is another (PS256 for PS384) or none that exists (ES521). */
    private static final Set<Long> CONTRADICTED_BY_THEIR_KEY = Set.of(346L, 347L, 350L, 351L);

    record Vector(
            long id, String comment, String group, @Nullable String keySet, String jws, boolean valid) {
        boolean accepted() {
            return valid && keySet != null && !jws.contains("..") && !CONTRADICTED_BY_THEIR_KEY.contains(id);
        }

        @Override
        public String toString() {
            return group + " " + id + " " + comment;
        }
    }

    static List<Vector> vectors() throws Exception {
        List<Vector> vectors = new ArrayList<>();
        Map<String, ?> all = Json.object(Files.readString(Path.of(System.getProperty(FILE))));
        for (Map<?, ?> group : objects(all.get("testGroups"))) {
            Object key = group.get("public");
            // a set whose only key must not be used would be refused as a whole, so there is one more
            String keySet =
                    key == null ? null : JsonWriter.write(Map.of("keys", List.of(key, Tokens.published(Tokens.KEY))));
            for (Map<?, ?> test : objects(group.get("tests"))) {
                vectors.add(new Vector(
                        Long.parseLong(text(test, "tcId")),
                        text(test, "comment"),
                        text(group, "comment"),
                        keySet,
                        text(test, "jws"),
                        text(test, "result").equals("valid")));
            }
        }
        return vectors;
    }

    private static String text(Map<?, ?> object, String name) {
        return String.valueOf(object.get(name));
    }

    @SuppressWarnings("unchecked") // the file is as Wycheproof publishes it
    private static List<Map<?, ?>> objects(@Nullable Object array) {
        return (List<Map<?, ?>>) Objects.requireNonNull(array);
    }

    static Stream<Vector> accepted() throws Exception {
        return vectors().stream().filter(Vector::accepted);
    }

    static Stream<Vector> refused() throws Exception {
        return vectors().stream().filter(vector -> !vector.accepted());
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void rightSignatureIsAccepted(Vector vector) throws Exception {
        CheckTrail trail = CheckTrail.UNRECORDED;

        assertThat(verified(vector, trail).id())
                .isEqualTo(Jws.parse(vector.jws(), new JoseHeaders(), trail)
                        .header()
                        .keyId());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void anythingElseIsRefused(Vector vector) {
        GatewayException refused =
                catchThrowableOfType(GatewayException.class, () -> verified(vector, CheckTrail.UNRECORDED));

        assertThat(refused.refusal().code()).isEqualTo(ErrorCode.TOKEN_INVALID);
    }

    private static PublishedKey verified(Vector vector, CheckTrail trail) throws Exception {
        Jws jws = Jws.parse(vector.jws(), new JoseHeaders(), trail);
        assertThat(vector.keySet()).as("an HMAC does not get as far as a key").isNotNull();
        TokenClaims none = TokenClaims.of(Map.of(), CheckTrail.UNRECORDED);
        return new KeySetReader("vectors").read(vector.keySet(), null).verify(jws, none, false, trail);
    }
}
