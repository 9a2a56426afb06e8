package io.obogateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.obogateway.http.Backchannel.Answer;
import io.obogateway.http.Backchannel.Call;
import io.obogateway.http.BackchannelException;
import io.obogateway.http.BackchannelException.Reason;
import io.obogateway.http.OutboundProxy;
import io.obogateway.wire.RawConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls to identity providers: complete answers, or a reason why there is none, within the deadline. */
class NettyBackchannelTest extends PooledConnections {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final int LIMIT = 1000;

    private final NettyBackchannel backchannel = through(null);

    private NettyBackchannel through(@Nullable OutboundProxy proxy) {
        return new NettyBackchannel(pools.all(), LONG, proxy);
    }

    @Test
    void aFormIsPostedAsItIsAndTheAnswerComesBackWhole() {
        CompletableFuture<Answer> answer = backchannel.send(Call.post(
                URI.create(peer.url() + "/token?x=1"),
                Map.of("authorization", "Basic eA=="),
                "application/x-www-form-urlencoded",
                "a=b%20c&d=\u00e6",
                LONG,
                LIMIT));

        RawConnection server = peer.accept();
        assertThat(server.message())
                .startsWith("POST /token?x=1 HTTP/1.1\r\n")
                .contains(
                        "host: 127.0.0.1:" + peer.port() + "\r\n",
                        "content-type: application/x-www-form-urlencoded\r\n",
                        "authorization: Basic eA==\r\n",
                        "content-length: 12\r\n")
                .endsWith("\r\n\r\na=b%20c&d=\u00c3\u00a6");
        server.send(
                "HTTP/1.1 200 OK\r\nX-A: 1\r\nX-A: 2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n2\r\n\"}\r\n0\r\n\r\n");
        assertThat(answer.join().status()).isEqualTo(200);
        assertThat(answer.join().headers()).containsEntry("x-a", "1");
        assertThat(answer.join().body()).isEqualTo("{\"a\"}");
    }

    @Test
    void aConnectionIsUsedAgainAndItsDeathIsTheCallersToRetry() {
        CompletableFuture<Answer> first = get(LONG);
        RawConnection server = peer.accept();
        server.head();
        server.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
        assertThat(first.join().body()).isEqualTo("1");

        CompletableFuture<Answer> second = get(LONG);
        server.head();
        server.close();

        failsWith(second, Reason.BROKEN);
        assertThat(peer.waiting()).isZero();
    }

    @Test
    void redirectsAreAnswersAndNotFollowed() {
        CompletableFuture<Answer> answer = get(LONG);
        RawConnection server = peer.accept();
        server.head();
        server.send("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");

        assertThat(answer.join().status()).isEqualTo(302);
        assertThat(peer.waiting()).isZero();
    }

    @Test
    void theDeadlineHoldsWhateverTrickles() {
        CompletableFuture<Answer> silent = get(SHORT);
        RawConnection server = peer.accept();
        server.head();
        failsWith(silent, Reason.TIMEOUT);
        assertThat(server.closedByPeer()).isTrue();

        CompletableFuture<Answer> halfway = get(SHORT);
        RawConnection next = peer.accept();
        next.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        failsWith(halfway, Reason.TIMEOUT);
    }

    @Test
    void moreThanTheLimitIsNotRead() {
        CompletableFuture<Answer> answer = get(LONG);
        RawConnection server = peer.accept();
        server.head();
        server.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(LIMIT + 1));

        failsWith(answer, Reason.TOO_LARGE);
        assertThat(server.closedByPeer()).isTrue();
    }

    @Test
    void whatIsNoAnswerHasAReason() {
        CompletableFuture<Answer> garbage = get(LONG);
        peer.accept().send("SSH-2.0-OpenSSH_9.0\r\n\r\n");
        failsWith(garbage, Reason.MALFORMED);

        CompletableFuture<Answer> broken = get(LONG);
        RawConnection server = peer.accept();
        server.head();
        server.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        server.reset();
        failsWith(broken, Reason.BROKEN);

        URI gone = URI.create(peer.url());
        peer.close();
        failsWith(backchannel.send(Call.get(gone, LONG, LIMIT)), Reason.UNREACHABLE)
                .hasMessageStartingWith("no connection to " + gone.getAuthority() + ": Connection refused: ");
    }

    @Test
    void aProxyIsAskedInAbsoluteForm() {
        CompletableFuture<Answer> answer = getThroughProxy("u:p@", "http://issuer.example/keys?x");

        RawConnection server = peer.accept();
        assertThat(server.head())
                .startsWith("GET http://issuer.example/keys?x HTTP/1.1\r\n")
                .contains("host: issuer.example\r\n", "proxy-authorization: Basic dTpw\r\n");
        server.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
        assertThat(answer.join().body()).isEqualTo("1");
    }

    @Test
    void aProxyIsAskedForATunnelAndMayRefuse() {
        CompletableFuture<Answer> answer = getThroughProxy("u:p@", "https://issuer.example/keys");

        RawConnection server = peer.accept();
        assertThat(server.head())
                .startsWith("CONNECT issuer.example:443 HTTP/1.1\r\n")
                .contains("proxy-authorization: Basic dTpw\r\n");
        server.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");

        failsWith(answer, Reason.UNREACHABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void aProxyThatWantsOtherCredentialsIsToldApart(String scheme) {
        CompletableFuture<Answer> answer = getThroughProxy("u:p@", scheme + "://issuer.example/keys");

        RawConnection server = peer.accept();
        server.head();
        server.send("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                + "Content-Length: 4\r\n\r\nnope");

        failsWith(answer, Reason.PROXY_CREDENTIALS);
    }

    @Test
    void thereIsTlsInTheTunnel() {
        CompletableFuture<Answer> answer = getThroughProxy("", "https://issuer.example/keys");
        RawConnection server = peer.accept();
        server.head();
        server.send("HTTP/1.1 200 Connection established\r\n\r\n");

        assertThat(server.read(2)).isEqualTo("\u0016\u0003"); // a handshake record of TLS
        server.close();
        failsWith(answer, Reason.UNREACHABLE);
    }

    private CompletableFuture<Answer> getThroughProxy(String credentials, String url) {
        OutboundProxy proxy = OutboundProxy.parse("http://" + credentials + "127.0.0.1:" + peer.port(), null);
        return through(proxy).send(Call.get(URI.create(url), LONG, LIMIT));
    }

    private CompletableFuture<Answer> get(Duration deadline) {
        return backchannel.send(Call.get(URI.create(peer.url() + "/"), deadline, LIMIT));
    }

    private static AbstractThrowableAssert<?, ?> failsWith(CompletableFuture<Answer> answer, Reason reason) {
        return assertThatThrownBy(answer::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        BackchannelException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }
}
