package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.fakeentra.Answer;
import io.obogateway.wire.RawConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Continuous access evaluation: a service that revokes what it was shown is met halfway, once. */
class ClaimsChallengeTest extends GatewayBeforeRawUpstream {
    private static final String CLAIMS = "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1604106651\"}}}";
    private static final String BASE64 = Base64.getEncoder().encodeToString(CLAIMS.getBytes(StandardCharsets.UTF_8));
    private static final String CHALLENGE = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate, Bearer claims=\""
            + BASE64
            + "\", realm=\"theirs\", authorization_uri=\"https://theirs.example\", error=\"insufficient_claims\"\r\n"
            + "Content-Length: 4\r\n\r\nnope";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final RawConnection client = RawConnection.to(gateway.port());
    private final String inbound = entra.employeeToken().issue();
    private @Nullable RawConnection kept;

    @AfterEach
    void leave() {
        client.close();
    }

    @Test
    void theTokenIsExchangedWithTheClaimsAndTheRequestSentAgain() {
        get();
        String first = upstreamGets(CHALLENGE);
        String second = upstreamGets(OK);

        assertThat(client.message()).startsWith("HTTP/1.1 200 OK").endsWith("ok");
        assertThat(authorization(second)).isNotEqualTo(authorization(first)).isNotEqualTo("Bearer " + inbound);
        assertThat(second.lines().filter(line -> line.startsWith("GET ")).count())
                .isEqualTo(1);
        assertThat(entra.exchangeCount()).isEqualTo(2);
        assertThat(entra.tokenRequests().get(1).parameter("claims")).isEqualTo(CLAIMS);

        get();
        assertThat(authorization(upstreamGets(OK))).isEqualTo(authorization(second));
        assertThat(client.message()).startsWith("HTTP/1.1 200 OK");
        assertThat(entra.exchangeCount()).isEqualTo(2);
    }

    @Test
    void aSmallBodyIsHeldAndSentAgain() {
        client.send("POST /people/ HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + inbound
                + "\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        client.send("2\r\nde\r\n0\r\n\r\n");
        upstreamGets(CHALLENGE);

        assertThat(upstreamGets(OK)).contains("3\r\nabc\r\n", "2\r\nde\r\n0\r\n\r\n");
        assertThat(client.message()).startsWith("HTTP/1.1 200 OK");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET|\r\n",
                "HEAD|\r\n",
                "POST|Content-Length: 0\r\n\r\n",
                "GET|Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST|Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n0\r\n\r\n",
                "POST|Transfer-Encoding: chunked\r\n\r\n0\r\nX-T: 1\r\n\r\n",
            })
    void whatHasNoContentIsSentAgainAsItWas(String form) {
        String[] request = form.split("\\|");
        client.send(request[0] + " /people/ HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + inbound + "\r\n"
                + request[1] + "GET /open/next HTTP/1.1\r\nHost: a\r\n\r\n");
        String first = upstreamGets(
                request[0].equals("HEAD") ? CHALLENGE.replace("Content-Length: 4\r\n\r\nnope", "\r\n") : CHALLENGE);
        String second = upstreamGets(request[0].equals("HEAD") ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" : OK);

        assertThat(second.replace(authorization(second), "token").lines()) // our token may stand elsewhere than before
                .containsExactlyInAnyOrderElementsOf(
                        first.replace(authorization(first), "token").lines().toList());
        assertThat(second.substring(second.indexOf("\r\n\r\n"))).isEqualTo(first.substring(first.indexOf("\r\n\r\n")));
        assertThat(authorization(second)).isNotEqualTo(authorization(first));
        String answer = request[0].equals("HEAD") ? client.head() : client.message();
        assertThat(answer).startsWith("HTTP/1.1 200 OK");
        assertThat(upstreamGets(OK)).startsWith("GET /open/next HTTP/1.1\r\n").doesNotContain("uthorization");
        assertThat(client.message()).startsWith("HTTP/1.1 200 OK").endsWith("ok");
    }

    @Test
    void aLargeBodyIsNotHeldAndTheClientGetsOurChallenge() {
        client.send("POST /people/ HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + inbound
                + "\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000));
        upstreamGets(CHALLENGE);

        ourChallenge(client.message());
        assertThat(entra.exchangeCount()).isEqualTo(1);
    }

    @Test
    void theSecondChallengeIsPassedOnAsOurs() {
        get();
        upstreamGets(CHALLENGE);
        upstreamGets(CHALLENGE);

        ourChallenge(client.message());
        assertThat(entra.exchangeCount()).isEqualTo(2);
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void aProviderThatAsksForTheUserIsHeard() {
        entra.when(request -> request.form().containsKey("claims"))
                .answer(Answer.interactionRequired("{\"access_token\":{\"acrs\":{\"value\":\"c1\"}}}"));
        get();
        upstreamGets(CHALLENGE);

        assertThat(client.message())
                .startsWith("HTTP/1.1 401 ")
                .contains("\"code\":\"claims_challenge\"")
                .contains(Base64.getEncoder()
                        .encodeToString(
                                "{\"access_token\":{\"acrs\":{\"value\":\"c1\"}}}".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aClientThatLeavesMeanwhileDisturbsNothing() throws InterruptedException {
        entra.when(request -> request.form().containsKey("claims")).answer(Answer.hanging());
        get();
        upstreamGets(CHALLENGE);
        entra.awaitTokenRequests(2, Duration.ofSeconds(10));
        client.reset();

        try (RawConnection other = RawConnection.to(gateway.port())) {
            other.send("GET /open/ HTTP/1.1\r\nHost: a\r\n\r\n");
            upstreamGets(OK);
            assertThat(other.message()).startsWith("HTTP/1.1 200 OK");
        }
    }

    private void get() {
        client.send("GET /people/ HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + inbound + "\r\n\r\n");
    }

    /** Reads the next request on whichever connection it comes and answers it. */
    private String upstreamGets(String response) {
        RawConnection last = kept;
        RawConnection connection = last == null || upstream.waiting() > 0 ? upstream.accept() : last;
        String request;
        try {
            request = connection.message();
        } catch (AssertionError closed) {
            connection = upstream.accept();
            request = connection.message();
        }
        connection.send(response);
        kept = connection;
        return request;
    }

    private void ourChallenge(String response) {
        assertThat(response)
                .startsWith("HTTP/1.1 401 Unauthorized\r\n")
                .contains("www-authenticate: Bearer realm=\"" + entra.tenantId() + "\", authorization_uri=\""
                        + entra.authorizationUrl() + "\", error=\"insufficient_claims\", claims=\"" + BASE64 + "\"\r\n")
                .contains("\"code\":\"claims_challenge\"")
                .doesNotContain("theirs", "nope", "Negotiate");
    }

    private static String authorization(String request) {
        int begin = request.toLowerCase(Locale.ROOT).indexOf("\r\nauthorization: ") + 17;
        return request.substring(begin, request.indexOf("\r\n", begin));
    }
}
