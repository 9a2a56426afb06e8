package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.jwt.TokenDigest;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExchangeKeyTest {
    private static final URI URL = URI.create("https://login.example/token");
    private static final List<ClientAuthentication> CREDENTIALS = List.of(new ClientSecretPost(new Secret("s")));

    private static EntraProvider entra(String name, URI url, String client) {
        return new EntraProvider(name, url, client, CREDENTIALS, ProviderLimits.DEFAULT);
    }

    @Test
    void everyFieldThatChangesTheAnswerChangesTheKey() {
        TokenProvider provider = entra("entra", URL, "client");
        ExchangeTarget target = new ExchangeTarget(provider, Grant.ON_BEHALF_OF, "s", null);
        List<ExchangeKey> keys = new ArrayList<>();
        keys.add(ExchangeKey.of(Fixtures.employee("t"), target));
        keys.add(ExchangeKey.of(Fixtures.employee("u"), target));
        keys.add(ExchangeKey.of(Fixtures.employee("t"), target).withClaims("{}"));
        keys.add(ExchangeKey.of(Fixtures.employee("t"), target).withClaims("{\"a\":1}"));
        for (ExchangeTarget other : List.of(
                new ExchangeTarget(provider, Grant.ON_BEHALF_OF, "S", null),
                new ExchangeTarget(provider, Grant.ON_BEHALF_OF, null, "s"),
                new ExchangeTarget(provider, Grant.ON_BEHALF_OF, "s", "s"),
                new ExchangeTarget(provider, Grant.ON_BEHALF_OF, "s", ""),
                new ExchangeTarget(provider, Grant.CLIENT_CREDENTIALS, "s", null),
                new ExchangeTarget(entra("other", URL, "client"), Grant.ON_BEHALF_OF, "s", null),
                new ExchangeTarget(entra("entra", URL.resolve("/t2"), "client"), Grant.ON_BEHALF_OF, "s", null),
                new ExchangeTarget(entra("entra", URL, "client2"), Grant.ON_BEHALF_OF, "s", null),
                new ExchangeTarget(
                        new TexasProvider("entra", URL, URL, "client", ProviderLimits.DEFAULT),
                        Grant.ON_BEHALF_OF,
                        "s",
                        null))) {
            keys.add(ExchangeKey.of(Fixtures.employee("t"), other));
        }

        assertThat(keys).doesNotHaveDuplicates();
    }

    @Test
    void equalRequestsHaveEqualKeysWhateverTheCredential() {
        EntraProvider rotated = new EntraProvider(
                "entra", URL, "client", List.of(new ClientSecretPost(new Secret("new"))), ProviderLimits.DEFAULT);
        ExchangeKey before = ExchangeKey.of(
                Fixtures.employee("t"),
                new ExchangeTarget(entra("entra", URL, "client"), Grant.ON_BEHALF_OF, "s", null));
        ExchangeKey after =
                ExchangeKey.of(Fixtures.employee("t"), new ExchangeTarget(rotated, Grant.ON_BEHALF_OF, "s", null));

        assertThat(after).isEqualTo(before).hasSameHashCodeAs(before);
    }

    @Test
    void clientCredentialsAreKeyedWithoutTheSubjectToken() {
        ExchangeTarget target = new ExchangeTarget(entra("entra", URL, "client"), Grant.CLIENT_CREDENTIALS, "s", null);

        assertThat(ExchangeKey.of(Fixtures.application("a", "x"), target))
                .isEqualTo(ExchangeKey.of(Fixtures.application("b", "y"), target));
    }

    /** Parts from a tiny alphabet that holds the separators one might have thought of: whatever is concatenated collides. */
    @Test
    void noTwoDifferentListsOfPartsGiveTheSameDigest() {
        Random random = new Random(20261121);
        Map<TokenDigest, List<@Nullable Object>> seen = new HashMap<>();
        Set<List<@Nullable Object>> different = new LinkedHashSet<>();
        for (int i = 0; i < 200_000; i++) {
            List<String> identity = new ArrayList<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                identity.add(part(random));
            }
            Grant grant = random.nextBoolean() ? Grant.ON_BEHALF_OF : Grant.CLIENT_CREDENTIALS;
            String scope = random.nextInt(4) == 0 ? null : part(random);
            String audience = random.nextInt(4) == 0 ? null : part(random);
            List<@Nullable Object> parts = Arrays.asList(identity, grant, scope, audience);
            different.add(parts);
            List<@Nullable Object> before =
                    seen.putIfAbsent(ExchangeKey.digestOf(identity, grant, scope, audience), parts);

            assertThat(before == null || before.equals(parts)).isTrue();
        }
        assertThat(seen).hasSameSizeAs(different);
    }

    private static String part(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(4); n > 0; n--) {
            text.append("a|\0\uffff".charAt(random.nextInt(4)));
        }
        return text.toString();
    }
}
