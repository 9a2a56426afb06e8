package io.obogateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.error.Refusal;
import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.http.RequestHead;
import io.obogateway.http.TestBackchannel;
import io.obogateway.jwt.Issuer;
import io.obogateway.jwt.TokenVerifier;
import io.obogateway.oauth.CacheLimits;
import io.obogateway.oauth.ClientSecretPost;
import io.obogateway.oauth.EntraProvider;
import io.obogateway.oauth.ExchangeTarget;
import io.obogateway.oauth.Grant;
import io.obogateway.oauth.ProviderLimits;
import io.obogateway.oauth.Secret;
import io.obogateway.oauth.TokenExchanger;
import io.obogateway.route.RouteTable;
import io.obogateway.route.TestRoute;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Everything of a gateway that decides, in front of an identity provider, without anything that serves. */
final class Gateway implements AutoCloseable {
    static final String SCOPE = "api://people/.default";

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final TokenVerifier verifier;
    private final TokenExchanger exchanger;
    final Authorizer authorizer;

    Gateway(FakeEntra entra, TestRoute... routes) {
        this(entra, new RateLimits(), routes);
    }

    Gateway(FakeEntra entra, RateLimits rateLimits, TestRoute... routes) {
        Clock clock = Clock.systemUTC();
        TestBackchannel backchannel = new TestBackchannel();
        verifier = new TokenVerifier(
                List.of(issuer("entra", entra), issuer("other", entra)), backchannel, clock, scheduler);
        exchanger = new TokenExchanger(CacheLimits.DEFAULT, backchannel, clock, scheduler, verifier::authorizationUri);
        authorizer = new Authorizer(
                new RouteTable(Stream.of(routes).map(TestRoute::build).toList()), verifier, exchanger, rateLimits);
        verifier.start().join();
    }

    static Issuer issuer(String name, FakeEntra entra) {
        return new Issuer(
                name,
                null,
                name.equals("entra") ? entra.issuer() : "https://other.test",
                URI.create(entra.jwksUrl()),
                Set.of(entra.clientId()),
                Set.of("RS256"),
                Duration.ofSeconds(30),
                Set.of(),
                Set.of(),
                Set.of(),
                null,
                Issuer.Keys.DEFAULT);
    }

    /** A route that takes tokens of the provider and has what its grants need. */
    static TestRoute route(FakeEntra entra, String name, String path, Grant... grants) {
        EntraProvider provider = new EntraProvider(
                "entra",
                URI.create(entra.tokenUrl()),
                entra.clientId(),
                List.of(new ClientSecretPost(new Secret(entra.clientSecret()))),
                ProviderLimits.DEFAULT);
        TestRoute route = TestRoute.route(name, path).grants(grants).issuers(issuer("entra", entra));
        for (Grant grant : grants) {
            if (grant == Grant.ON_BEHALF_OF || grant == Grant.CLIENT_CREDENTIALS) {
                route.target(new ExchangeTarget(provider, grant, SCOPE, null));
            }
        }
        return route;
    }

    Decision decide(RequestHead head) {
        try {
            return authorizer.authorize(head).get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    Decision.Forward forwarded(RequestHead head) {
        Decision decision = decide(head);
        assertThat(decision).isInstanceOf(Decision.Forward.class);
        return (Decision.Forward) decision;
    }

    Decision.Reject rejected(RequestHead head) {
        Decision decision = decide(head);
        assertThat(decision).isInstanceOf(Decision.Reject.class);
        return (Decision.Reject) decision;
    }

    Refusal refusal(RequestHead head) {
        return rejected(head).refusal();
    }

    @Override
    public void close() {
        verifier.close();
        exchanger.close();
        scheduler.shutdownNow();
    }
}
