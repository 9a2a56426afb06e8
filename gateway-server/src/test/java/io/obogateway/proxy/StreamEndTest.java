package io.obogateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.obogateway.access.Decision;
import io.obogateway.jwt.Issuer;
import io.obogateway.jwt.TokenDigest;
import io.obogateway.jwt.VerifiedToken;
import io.obogateway.oauth.Grant;
import io.obogateway.route.Requirements;
import io.obogateway.route.Route;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.route.Upstream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends with its token, and when. */
class StreamEndTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final Duration SKEW = Duration.ofSeconds(30);
    private static final Issuer ISSUER = new Issuer(
            "entra",
            null,
            "https://issuer.example",
            URI.create("https://issuer.example/keys"),
            Set.of("a"),
            Set.of("RS256"),
            SKEW,
            Set.of(),
            Set.of(),
            Set.of(),
            null,
            Issuer.Keys.DEFAULT);

    private static VerifiedToken token(Duration life) {
        return new VerifiedToken(
                "a.b.c",
                TokenDigest.of("a.b.c"),
                ISSUER,
                VerifiedToken.Kind.EMPLOYEE,
                "sub",
                null,
                null,
                null,
                Set.of(),
                Set.of(),
                Set.of(),
                false,
                Set.of(),
                null,
                NOW.plus(life));
    }

    private static Decision.Forward forward(@Nullable VerifiedToken token, boolean endsWithToken) {
        Duration time = Duration.ofSeconds(1);
        Route route = new Route(
                "all",
                "/**",
                Set.of(),
                Set.of(),
                new Upstream(URI.create("http://127.0.0.1")),
                Set.of(Grant.PASS_THROUGH),
                Map.of(),
                List.of(ISSUER),
                Requirements.NONE,
                false,
                false,
                new RouteTimeouts(time, time, time),
                Long.MAX_VALUE,
                1,
                null,
                null,
                endsWithToken);
        return new Decision.Forward(route, Grant.PASS_THROUGH, "/", null, null, null, token, null);
    }

    private static @Nullable StreamEnd ofResponse(String contentType, Decision.Forward forward) {
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        return StreamEnd.of(response, forward, CLOCK);
    }

    @Test
    void aStreamHasWhatIsLeftOfItsToken() {
        assertThat(StreamEnd.left(token(Duration.ofMinutes(5)), NOW)).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void aTokenThatPassesOnlyThanksToClockSkewHasWhatIsLeftOfThat() {
        assertThat(StreamEnd.left(token(Duration.ofSeconds(-10)), NOW)).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void aTokenThatNeverExpiresDoesNotOverflow() {
        assertThat(StreamEnd.left(token(Duration.ofDays(365_000)), NOW).toNanos())
                .isPositive();
    }

    @Test
    void theEarlierOfTheIdleTimeAndTheTokensEndComesFirst() {
        StreamEnd end = StreamEnd.ofTunnel(forward(token(Duration.ofMinutes(5)), true), CLOCK);

        assertThat(end).isNotNull();
        assertThat(end.passed()).isFalse();
        assertThat(end.within(1000)).isEqualTo(1000);
        assertThat(end.within(Long.MAX_VALUE))
                .isBetween(1L, Duration.ofMinutes(5).toNanos());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/event-stream",
                "Text/Event-Stream; charset=utf-8",
                "application/grpc",
                "application/grpc+proto"
            })
    void streamsEndWithTheirTokenUnlessTheRouteKeepsThem(String contentType) {
        VerifiedToken token = token(Duration.ofMinutes(5));

        assertThat(ofResponse(contentType, forward(token, true))).isNotNull();
        assertThat(ofResponse(contentType, forward(token, false))).isNull();
        assertThat(ofResponse(contentType, forward(null, true))).isNull();
        assertThat(StreamEnd.ofTunnel(forward(token, false), CLOCK)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/octet-stream", "text/event", ""})
    void whatOnlyTakesLongDoesNot(String contentType) {
        assertThat(ofResponse(contentType, forward(token(Duration.ofMinutes(5)), true)))
                .isNull();
    }

    @Test
    void aMessageWithALengthIsNoStream() {
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
                .set(HttpHeaderNames.CONTENT_LENGTH, 1);

        assertThat(StreamEnd.of(response, forward(token(Duration.ofMinutes(5)), true), CLOCK))
                .isNull();
    }
}
