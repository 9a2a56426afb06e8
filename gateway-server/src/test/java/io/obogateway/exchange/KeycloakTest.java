package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.netty.channel.EventLoopGroup;
import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.jwt.BearerToken;
import io.obogateway.jwt.Check;
import io.obogateway.jwt.Issuer;
import io.obogateway.jwt.TokenVerifier;
import io.obogateway.jwt.VerifiedToken;
import io.obogateway.oauth.Acquired;
import io.obogateway.oauth.CacheLimits;
import io.obogateway.oauth.ClientSecretPost;
import io.obogateway.oauth.ExchangeTarget;
import io.obogateway.oauth.Grant;
import io.obogateway.oauth.ProviderLimits;
import io.obogateway.oauth.Secret;
import io.obogateway.oauth.TokenExchangeProvider;
import io.obogateway.oauth.TokenExchanger;
import io.obogateway.server.GatewayServer;
import io.obogateway.tls.TlsContexts;
import io.obogateway.tls.TlsProvider;
import io.obogateway.upstream.NettyBackchannel;
import io.obogateway.upstream.Transport;
import io.obogateway.upstream.UpstreamPools;
import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Keycloak as issuer and as token exchange provider (RFC 8693). Takes a minute and a download, so it runs with the Maven
 * profile {@code keycloak} only.
 */
@EnabledIfSystemProperty(named = "keycloak.home", matches = ".+", disabledReason = "runs with -Pkeycloak")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NullUnmarked // the fields are filled before the tests
class KeycloakTest {
    /** The only type that Keycloak takes; the general {@link TokenExchangeProvider#JWT} it refuses. */
    private static final String SUBJECT_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token";

    private Keycloak keycloak;
    private EventLoopGroup loops;
    private UpstreamPools pools;
    private NettyBackchannel backchannel;
    private Issuer issuer;
    private TokenVerifier verifier;

    @BeforeAll
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void start() throws IOException {
        keycloak = Keycloak.start(Path.of(System.getProperty("keycloak.home")));
        Transport transport = Transport.detect();
        loops = transport.eventLoops("test", 1);
        pools = new UpstreamPools(loops, transport, () -> 16 * 1024, new TlsContexts(TlsProvider.JDK, List.of()));
        backchannel = new NettyBackchannel(pools.all(), Duration.ofSeconds(5), null);
        issuer = new Issuer(
                "keycloak",
                keycloak.discoveryUrl(),
                null,
                null,
                Set.of("gateway"),
                Set.of("RS256"),
                Duration.ofSeconds(30),
                Set.of(),
                Set.of(),
                Set.of(),
                null,
                new Issuer.Keys(
                        Duration.ofHours(1), Duration.ofHours(24), Duration.ofMinutes(5), Duration.ofMinutes(1)));
        verifier = new TokenVerifier(List.of(issuer), backchannel, Clock.systemUTC(), loops);
        verifier.start().join();
    }

    @AfterAll
    void stop() {
        verifier.close();
        pools.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        keycloak.close();
    }

    private VerifiedToken verified(String token) {
        return verifier.verify(BearerToken.of(token), List.of(issuer)).join();
    }

    @Test
    void discoveryBringsTheKeys() {
        assertThat(verifier.notReady()).isEmpty();
    }

    @Test
    void anEmployeesTokenIsGenuineAndSaysWho() {
        VerifiedToken token = verified(keycloak.employeesToken());

        assertThat(token.kind()).isEqualTo(VerifiedToken.Kind.EMPLOYEE);
        assertThat(token.client()).isEqualTo("portal");
        assertThat(token.subject()).isNotBlank();
        assertThat(token.scopes()).contains("email", "profile");
        assertThat(verifier.authorizationUri(token)).endsWith("/realms/employees/protocol/openid-connect/auth");
    }

    @Test
    void anApplicationsTokenIsGenuine() {
        assertThat(verified(keycloak.applicationsToken()).client()).isEqualTo("batch");
    }

    @Test
    void aTokenThatWasChangedIsRefusedForItsSignature() {
        String token = keycloak.employeesToken();
        int at = token.lastIndexOf('.') + 10;
        String changed = token.substring(0, at) + (token.charAt(at) == 'A' ? 'B' : 'A') + token.substring(at + 1);

        List<Check.Result> results =
                verifier.explain(BearerToken.of(changed), List.of(issuer)).join();

        assertThat(results).last().isEqualTo(new Check.Result(Check.SIGNATURE, false));
    }

    @Test
    void anEmployeesTokenIsExchangedForOneForTheDownstreamApi() throws ParseException {
        VerifiedToken inbound = verified(keycloak.employeesToken());
        try (TokenExchanger exchanger = exchanger()) {
            Acquired acquired = exchanger.acquire(inbound, target("people-api")).join();

            String outbound = acquired.token().authorization().substring("Bearer ".length());
            JWTClaimsSet claims = SignedJWT.parse(outbound).getJWTClaimsSet();
            assertThat(claims.getAudience()).containsExactly("people-api");
            assertThat(claims.getSubject()).isEqualTo(inbound.subject());
            assertThat(claims.getStringClaim("azp")).isEqualTo("gateway");
        }
    }

    /** Keycloak answers {@code invalid_request}, which RFC 8693, 2.2.2 gives to a bad subject token; there is no telling. */
    @Test
    void anExchangeThatKeycloakDoesNotOfferIsBlamedOnTheToken() {
        VerifiedToken inbound = verified(keycloak.employeesToken());
        try (TokenExchanger exchanger = exchanger()) {
            assertThat(exchanger.acquire(inbound, target("portal")))
                    .failsWithin(Duration.ofSeconds(60))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOKEN_INVALID));
        }
    }

    private TokenExchanger exchanger() {
        return new TokenExchanger(CacheLimits.DEFAULT, backchannel, Clock.systemUTC(), loops, token -> null);
    }

    private ExchangeTarget target(String audience) {
        TokenExchangeProvider provider = new TokenExchangeProvider(
                "keycloak",
                keycloak.tokenUrl(),
                "gateway",
                List.of(new ClientSecretPost(new Secret("gateway secret"))),
                SUBJECT_TOKEN_TYPE,
                new ProviderLimits(Duration.ofMinutes(1), 1));
        return new ExchangeTarget(provider, Grant.ON_BEHALF_OF, null, audience);
    }

    @Test
    void theGatewayLetsAnEmployeeThroughAndNobodyWithoutAToken() {
        try (DownstreamApi api = new DownstreamApi();
                GatewayServer gateway = Gateways.start("""
                        gateway {
                          issuers.keycloak { discovery-url = "%s", audiences = ["gateway"] }
                          routes.people { path = "/**", upstream = "%s", grant = pass-through }
                        }
                        """.formatted(keycloak.discoveryUrl(), api.url()))) {
            Caller caller = new Caller(gateway.port());
            String token = keycloak.employeesToken();

            assertThat(caller.get("/", token).statusCode()).isEqualTo(200);
            assertThat(caller.get("/", null).statusCode()).isEqualTo(401);
            assertThat(api.credentials()).containsExactly("Bearer " + token);
        }
    }

    @Test
    void theGatewayExchangesAsItsConfigurationSays() {
        try (DownstreamApi api = new DownstreamApi();
                GatewayServer gateway = Gateways.start(
                        """
                        gateway {
                          issuers.keycloak { discovery-url = "%s", audiences = ["gateway"] }
                          providers.keycloak {
                            type = token-exchange, token-url = "%s", timeout = 60s
                            client-id = gateway, client-secret = "gateway secret"
                            subject-token-type = "%s"
                          }
                          default-provider = keycloak
                          route-defaults { upstream = "%s" }
                          routes {
                            people { path = "/people/**", audience = people-api }
                            portal { path = "/portal/**", audience = portal }
                          }
                        }
                        """.formatted(keycloak.discoveryUrl(), keycloak.tokenUrl(), SUBJECT_TOKEN_TYPE, api.url()))) {
            Caller caller = new Caller(gateway.port());
            String token = keycloak.employeesToken();

            assertThat(caller.get("/people/", token).body())
                    .contains("\"aud\":\"people-api\"", "\"azp\":\"gateway\"")
                    .contains("\"sub\":\"" + verified(token).subject() + "\"");
            assertThat(caller.get("/people/", token).statusCode()).isEqualTo(200);
            assertThat(caller.get("/portal/", token).statusCode()).isEqualTo(401);
            assertThat(api.credentials()).hasSize(2).doesNotContain("Bearer " + token);
            assertThat(api.credentials().get(1)).isEqualTo(api.credentials().get(0)); // the second one from the cache
        }
    }
}
