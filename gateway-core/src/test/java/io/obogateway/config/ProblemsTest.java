package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of each thing that can be wrong, word for word: the words are the product. */
class ProblemsTest {
    private static final String ALGORITHMS = "RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA";
    private static final String APPS =
            "it must be an array like [{\"name\": \"cluster:namespace:app\", \"clientId\": \"…\"}]";

    @TempDir
    Path folder;

    static Stream<Arguments> unknownAndLaterKeysAreToldApart() {
        return Stream.of(
                arguments("gateway.listen.prot = 8080", "gateway.listen.prot: unknown key; did you mean \"port\"?"),
                arguments("gatway.threads = 1", "gatway: unknown key; did you mean \"gateway\"?"),
                arguments(
                        "gateway.token-cache.colour = red",
                        "gateway.token-cache.colour: unknown key; known: expiry-margin, failure-ttl, max-entries"),
                arguments(
                        "gateway.issuers.entra.keys.refesh = 1h",
                        "gateway.issuers.entra.keys.refesh: unknown key; did you mean \"refresh\"?"),
                arguments(
                        "gateway.token-cache.shared { redis-url = x }",
                        "gateway.token-cache.shared: this version does not have it yet; remove it"),
                arguments(
                        "gateway.route-defaults.upstream { use-outbound-prox = true }",
                        "gateway.route-defaults.upstream.use-outbound-prox: unknown key; did you mean \"use-outbound-proxy\"?"),
                arguments(
                        "gateway.route-defaults.examples = []",
                        "gateway.route-defaults.examples: this version does not have it yet; remove it"));
    }

    @ParameterizedTest
    @MethodSource
    void unknownAndLaterKeysAreToldApart(String config, String problem) {
        assertThat(Written.onNais(folder).problems(config)).containsExactly("gateway.conf:1: " + problem);
    }

    static Stream<Arguments> typesUnitsAndRangesAreChecked() {
        return Stream.of(
                arguments("gateway.listen.port = [80]", "gateway.listen.port: must be a whole number, not a list"),
                arguments(
                        "gateway.listen.port = 70000",
                        "gateway.listen.port: must be a whole number from 0 to 65535, not 70000"),
                arguments(
                        "gateway.listen.port = 80.5",
                        "gateway.listen.port: must be a whole number from 0 to 65535, not 80.5"),
                arguments("gateway.listen.port = null", "gateway.listen.port: has no value; it must be a whole number"),
                arguments(
                        "gateway.listen.port = 8081",
                        "gateway.listen.port: gateway.listen and gateway.admin cannot both have 8081"),
                arguments(
                        "gateway.threads = many",
                        "gateway.threads: must be a whole number from 1 to 1024, not \"many\""),
                arguments(
                        "gateway.limits.connections = 0",
                        "gateway.limits.connections: must be a whole number from 1 to 10000000, not 0"),
                arguments(
                        "gateway.timeouts.idle = 75",
                        "gateway.timeouts.idle: must be a duration with a unit, such as 250ms, 30s or 5m, not 75"),
                arguments(
                        "gateway.timeouts.idle = 75 parsecs",
                        "gateway.timeouts.idle: must be a duration with a unit, such as 250ms, 30s or 5m, not \"75 parsecs\""),
                arguments("gateway.timeouts.connect = 0s", "gateway.timeouts.connect: must be from 1ms to 1d, not 0s"),
                arguments(
                        "gateway.limits.headers = 32 potatoes",
                        "gateway.limits.headers: must be a size, such as 512, 16 KiB or 1 MiB, not \"32 potatoes\""),
                arguments(
                        "gateway.limits.headers = 1 GiB",
                        "gateway.limits.headers: must be from 64 to 16777216 bytes, not 1 GiB"),
                arguments(
                        "gateway.limits.body = big",
                        "gateway.limits.body: must be a size, such as 512, 16 KiB or 1 MiB, or unlimited, not \"big\""),
                arguments(
                        "gateway.allow-insecure-http = maybe",
                        "gateway.allow-insecure-http: must be true or false, not \"maybe\""));
    }

    @ParameterizedTest
    @MethodSource
    void typesUnitsAndRangesAreChecked(String config, String problem) {
        assertThat(Written.onNais(folder).problems(config)).containsExactly("gateway.conf:1: " + problem);
    }

    static Stream<Arguments> unresolvedSubstitutionsAreNamed() {
        return Stream.of(
                arguments(
                        "gateway.listen.port = ${PORT}",
                        "gateway.listen.port: ${PORT} has no value; set the environment variable PORT, or write ${?PORT} if it may be missing"),
                arguments(
                        "gateway.listen.host = \"a-\"${HOST}\"-b\"",
                        "gateway.listen.host: ${HOST} has no value; set the environment variable HOST, or write ${?HOST} if it may be missing"),
                arguments(
                        "gateway.issuers.entra.audiences = [a, ${AUD}]",
                        "gateway.issuers.entra.audiences: ${AUD} has no value; set the environment variable AUD, or write ${?AUD} if it may be missing"),
                arguments(
                        "gateway.admin.port = ${gateway.listen.prot}",
                        "gateway.admin.port: ${gateway.listen.prot} has no value; no such key is in this configuration"));
    }

    @ParameterizedTest
    @MethodSource
    void unresolvedSubstitutionsAreNamed(String config, String problem) {
        assertThat(Written.onNais(folder).problems(config)).containsExactly("gateway.conf:1: " + problem);
    }

    static Stream<Arguments> issuersAreChecked() {
        return Stream.of(
                arguments(
                        "gateway.issuers.entra.jwks-url = \"http://keys.example/k\"",
                        "gateway.issuers.entra.jwks-url: must be https, or http on loopback, not \"http://keys.example/k\"; gateway.allow-insecure-http = true lifts this"),
                arguments(
                        "gateway.issuers.entra.algorithms = [none]",
                        "gateway.issuers.entra.algorithms[0]: \"none\" is never accepted: it is no signature; use some of "
                                + ALGORITHMS),
                arguments(
                        "gateway.issuers.entra.algorithms = [RS256, HS256]",
                        "gateway.issuers.entra.algorithms[1]: \"HS256\" is never accepted: HMAC would need the issuer's own secret; use some of "
                                + ALGORITHMS),
                arguments(
                        "gateway.issuers.entra.algorithms = [RSA]",
                        "gateway.issuers.entra.algorithms[0]: \"RSA\" is no algorithm known here; use some of "
                                + ALGORITHMS),
                arguments(
                        "gateway.issuers.entra.algorithms = []",
                        "gateway.issuers.entra.algorithms: is empty, so no token could be accepted; use some of "
                                + ALGORITHMS),
                arguments(
                        "gateway.issuers.entra.clock-skew = 1h",
                        "gateway.issuers.entra.clock-skew: must be from 0s to 10m, not 1h"),
                arguments(
                        "gateway.issuers.kc.discovery-url = \"https://kc/d\"",
                        "gateway.issuers.kc.audiences: is empty; list the audience (\"aud\") of the tokens that are meant for this gateway"),
                arguments(
                        "gateway.issuers.kc.audiences = [a]",
                        "gateway.issuers.kc.discovery-url: has no value; give it, or both issuer and jwks-url"),
                arguments(
                        "gateway.issuers.kc { audiences = [a], issuer = \"https://kc\" }",
                        "gateway.issuers.kc.jwks-url: has no value; issuer needs it beside it, unless there is a discovery-url"),
                arguments(
                        "gateway.issuers.kc { audiences = [a], jwks-url = \"https://kc\" }",
                        "gateway.issuers.kc.issuer: has no value; jwks-url needs it beside it, unless there is a discovery-url"),
                arguments(
                        "gateway.issuers.kc { audiences = [a], issuer = \"https://kc/{tenantid}\", jwks-url = \"https://kc/k\" }",
                        "gateway.issuers.kc.tenants: is empty; the issuer holds {tenantid}, so the tenants (\"tid\") that are let in must be listed"),
                arguments(
                        "gateway.issuers.entra.audiences = [a, \"\"]",
                        "gateway.issuers.entra.audiences[1]: is empty; give it a value, or leave it out"),
                arguments(
                        "gateway.issuers.entra.pre-authorized-apps = \"[{\"",
                        "gateway.issuers.entra.pre-authorized-apps: not well-formed JSON; " + APPS),
                arguments(
                        "gateway.issuers.entra.pre-authorized-apps = \"{}\"",
                        "gateway.issuers.entra.pre-authorized-apps: not a JSON array; " + APPS),
                arguments(
                        "gateway.issuers.entra.pre-authorized-apps = [{ clientId = a }, { name = b }]",
                        "gateway.issuers.entra.pre-authorized-apps: element 2 of the array has no clientId; " + APPS));
    }

    @ParameterizedTest
    @MethodSource
    void issuersAreChecked(String config, String problem) {
        assertThat(Written.onNais(folder).problems(config)).containsExactly("gateway.conf:1: " + problem);
    }

    static Stream<Arguments> providersAreChecked() {
        return Stream.of(
                arguments(
                        "gateway.providers.t.client-id = x",
                        "gateway.providers.t.type: has no value; it must be one of entra, texas, token-exchange"),
                arguments(
                        "gateway.providers.t.type = entrra",
                        "gateway.providers.t.type: there is no type \"entrra\"; did you mean \"entra\"?"),
                arguments(
                        "gateway.providers.entra.token-url = \"http://127.0.0.1.example/t\"",
                        "gateway.providers.entra.token-url: must be https, or http on loopback, not \"http://127.0.0.1.example/t\"; gateway.allow-insecure-http = true lifts this"),
                arguments(
                        "gateway.providers.entra.retries = 9",
                        "gateway.providers.entra.retries: must be a whole number from 0 to 5, not 9"),
                arguments(
                        "gateway.providers.entra.client-secret = null",
                        "gateway.providers.entra.client-secret: has no value; give it, or client-secret-file, or a key (private-key-jwk, certificate-file)"),
                arguments(
                        "gateway.providers.entra.client-secret { a = b }",
                        "gateway.providers.entra.client-secret: must be a text, not a block"),
                arguments(
                        "gateway.providers.entra.client-secret-file = \"no/such\"",
                        "gateway.providers.entra.client-secret-file: there is no file no/such"),
                arguments(
                        "gateway.providers.entra.client-secret-file = \".\"",
                        "gateway.providers.entra.client-secret-file: there is no file ."),
                arguments(
                        "gateway.providers.entra.client-authentication = private-key-jwt",
                        "gateway.providers.entra.client-authentication: there is no method \"private-key-jwt\"; did you mean \"private_key_jwt\"?"),
                arguments(
                        "gateway.providers.entra.private-key-jwk = \"{}\"",
                        "gateway.providers.entra.private-key-jwk: cannot be used: not a JSON Web Key"),
                arguments(
                        "gateway.providers.entra { client-authentication = private_key_jwt }",
                        "gateway.providers.entra.private-key-jwk: has no value; private_key_jwt needs it, or private-key-jwk-file, or certificate-file and private-key-file, or set the environment variable AZURE_APP_JWK"),
                arguments(
                        "gateway.providers.entra.certificate-file = \"gateway.conf\"",
                        "gateway.providers.entra.private-key-file: has no value; it must be the file with the key of certificate-file"),
                arguments(
                        "gateway.providers.entra.private-key-file = \"gateway.conf\"",
                        "gateway.providers.entra.certificate-file: has no value; it must be the file with the certificate of private-key-file"),
                arguments(
                        "gateway.providers.entra { certificate-file = \"gateway.conf\", private-key-file = \"gateway.conf\" }",
                        "gateway.providers.entra.certificate-file: cannot be used: the certificate's file holds no certificates; they must be PEM (-----BEGIN CERTIFICATE-----)"),
                arguments(
                        "gateway.providers.entra.client-capabilities = [cp2]",
                        "gateway.providers.entra.client-capabilities[0]: there is no client capability \"cp2\"; the only one is \"cp1\""),
                arguments(
                        "gateway.providers.entra.circuit-breaker.failures = -1",
                        "gateway.providers.entra.circuit-breaker.failures: must be a whole number from 0 to 1000000, not -1"),
                arguments(
                        "gateway.providers.entra.circuit-breaker { opn-for = 5s }",
                        "gateway.providers.entra.circuit-breaker.opn-for: unknown key; did you mean \"open-for\"?"),
                arguments(
                        "gateway.providers.entra.private-key-jwks = x",
                        "gateway.providers.entra.private-key-jwks: unknown key; did you mean \"private-key-jwk\"?"),
                arguments(
                        "gateway.providers.texas.token-url = \"http://127.0.0.1:7164/api/v1/token\"",
                        "gateway.providers.texas.exchange-url: has no value; give the URL of Texas' /api/v1/token/exchange, or set the environment variable NAIS_TOKEN_EXCHANGE_ENDPOINT"),
                arguments(
                        "gateway.providers.texas.identity-provider = azure",
                        "gateway.providers.texas.identity-provider: Texas has no outbound tokens of \"azure\"; did you mean \"azuread\"?"),
                arguments(
                        "gateway.providers.kc { type = token-exchange, client-id = a, client-secret = b }",
                        "gateway.providers.kc.token-url: has no value; give the URL of the token endpoint"),
                arguments(
                        "gateway.providers.kc { type = token-exchange, token-url = \"https://x/y\", client-id = a, client-secret = b, subject-token-type = jwt }",
                        "gateway.providers.kc.subject-token-type: must be a URI of RFC 8693, such as \"urn:ietf:params:oauth:token-type:jwt\", not \"jwt\""),
                arguments(
                        "gateway.default-provider = entro",
                        "gateway.default-provider: there is no provider \"entro\"; did you mean \"entra\"?"));
    }

    @ParameterizedTest
    @MethodSource
    void providersAreChecked(String config, String problem) {
        assertThat(Written.onNais(folder).problems(config)).containsExactly("gateway.conf:1: " + problem);
    }

    @Test
    void everyProblemIsReportedAtOnceInTheOrderOfLines() {
        List<String> problems = Written.onNais(folder).problems("""
                gateway {
                  threds = 3
                  listen.port = ${PORT}
                  routes {
                    a { path = "/a/**", upstream = "http:///x" }
                  }
                }""");

        assertThat(problems)
                .containsExactly(
                        "gateway.conf:2: gateway.threds: unknown key; did you mean \"threads\"?",
                        "gateway.conf:3: gateway.listen.port: ${PORT} has no value; set the environment variable PORT, or write ${?PORT} if it may be missing",
                        "gateway.conf:5: gateway.routes.a.upstream: must name a host, such as \"http://host/path\", not \"http:///x\"",
                        "gateway.conf:5: gateway.routes.a.scope: has no value; the grant needs one, such as \"api://cluster.namespace.app/.default\"");
    }

    @Test
    void theMessageOfTheExceptionListsThemAll() {
        try {
            Written.in(folder).load("gateway { threds = 3\nfoo = 4 }");
        } catch (InvalidConfigException e) {
            assertThat(e).hasMessageContainingAll("did you mean \"threads\"?\n", "gateway.foo: unknown key");
            assertThat(e.problems()).hasSize(2).first().satisfies(problem -> {
                assertThat(problem.place()).isEqualTo(new Place(folder + "/gateway.conf", 1));
                assertThat(problem.path()).isEqualTo("gateway.threds");
            });
            return;
        }
        throw new AssertionError("the configuration was accepted");
    }

    @Test
    void unsetVariablesAreOneProblemHoweverManyRoutesNeedThem() {
        List<String> problems = Written.in(folder).problems("""
                gateway.route-defaults { upstream = "http://x", scope = s }
                gateway.routes { a.path = "/a", b.path = "/b" }""");

        assertThat(problems)
                .containsExactly(
                        "gateway.conf:2: gateway.routes.a.provider: provider \"entra\" is not there: none of its variables is set (AZURE_OPENID_CONFIG_TOKEN_ENDPOINT, AZURE_APP_CLIENT_ID, AZURE_APP_CLIENT_SECRET, AZURE_APP_JWK, AZURE_APP_NEXT_CLIENT_SECRET, AZURE_APP_NEXT_JWK)",
                        "gateway.conf:2: gateway.routes.a.issuers: there is no issuer whose tokens could be accepted; declare one under gateway.issuers; of \"entra\" none of its variables is set (AZURE_APP_WELL_KNOWN_URL, AZURE_OPENID_CONFIG_ISSUER, AZURE_OPENID_CONFIG_JWKS_URI, AZURE_APP_CLIENT_ID, AZURE_APP_PRE_AUTHORIZED_APPS)");
    }

    @Test
    void someOfThePlatformsVariablesAreNotEnough() {
        List<String> problems = Written.in(folder)
                .with("AZURE_APP_CLIENT_ID", "id")
                .with("AZURE_OPENID_CONFIG_TOKEN_ENDPOINT", "https://login.example/token")
                .problems("gateway.issuers.entra.clock-skew = 10s");

        assertThat(problems)
                .containsExactly(
                        "gateway.conf:1: gateway.issuers.entra.discovery-url: has no value; give it, or both issuer and jwks-url, or set the environment variable AZURE_APP_WELL_KNOWN_URL",
                        "reference.conf:N: gateway.providers.entra.client-secret: has no value; give it, or client-secret-file, or a key (private-key-jwk, certificate-file), or set the environment variable AZURE_APP_CLIENT_SECRET");
    }

    @Test
    void aWrongVariableIsNamed() {
        assertThat(Written.in(folder).with("PORT", "http").problems("gateway.listen.port = ${PORT}"))
                .containsExactly("gateway.conf:1: gateway.listen.port: must be a whole number from 0 to 65535, not "
                        + "\"http\" (from the environment variable PORT)");
        assertThat(Written.in(folder).with("HOST", "").problems("gateway.listen.host = ${?HOST}"))
                .containsExactly("gateway.conf:1: gateway.listen.host: is empty; give it a value, or leave it out "
                        + "(from the environment variable HOST)");
    }

    @Test
    void aSecretIsNeverShown() {
        List<String> problems = Written.onNais(folder).problems("""
                gateway {
                  providers.a { type = entra, client-secret { oops = hush } }
                  providers.b { type = entra, client-secret = [hush] }
                  providers.c { type = entra, client-secret = hush${NOPE}, client-secrt = hush, private-key-jwk = hush }
                  routes.a { path = "/a", grant = anonymous, upstream = "http://me:hush/hush@a b" }
                  routes.b { path = "/b", grant = anonymous, upstream = "http://me:hush@b" }
                }""");

        assertThat(problems)
                .hasSizeGreaterThan(5)
                .allSatisfy(problem -> assertThat(problem).doesNotContain("hush"));
    }

    @Test
    void aProblemOfTheDefaultsIsReportedOnce() {
        List<String> problems = Written.onNais(folder)
                .problems("gateway.route-defaults { limits.body = much, timeouts.respons = 3s }\n" + Written.ROUTE
                        + "gateway.routes.s { path = \"/s\", upstream = \"http://s\", scope = s }");

        assertThat(problems)
                .containsExactly(
                        "gateway.conf:1: gateway.route-defaults.timeouts.respons: unknown key; did you mean \"response\"?",
                        "gateway.conf:1: gateway.route-defaults.limits.body: must be a size, such as 512, 16 KiB or 1 MiB, or unlimited, not \"much\"");
    }

    @Test
    void whatOverwritesABlockIsOneProblem() {
        assertThat(Written.in(folder).problems("gateway.timeouts = 3s"))
                .containsExactly("gateway.conf:1: gateway.timeouts: must be a block { … }");
        assertThat(Written.in(folder).problems("gateway = 3s"))
                .containsExactly("gateway.conf:1: gateway: must be a block { … }");
    }

    @Test
    void aSubstitutionThatNeedsItselfIsRefused() {
        assertThat(Written.in(folder).problems("gateway.x = ${gateway.y}\ngateway.y = ${gateway.x}"))
                .singleElement()
                .asString()
                .endsWith(": a ${…} refers to itself");
    }
}
