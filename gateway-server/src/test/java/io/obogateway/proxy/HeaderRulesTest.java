package io.obogateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.obogateway.http.OutboundProxy;
import io.obogateway.upstream.Origin;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which fields go on where the messages of the other tests do not go. */
class HeaderRulesTest {
    @Test
    void theOutboundProxysCredentialsAreForTheAddressesBehindItOnly() {
        OutboundProxy proxy = OutboundProxy.parse("http://user:secret@proxy.example:3128", "direct.example");
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");

        HeaderRules.address(request, "/x", origin("http://behind.example", proxy), false);
        assertThat(request.uri()).isEqualTo("http://behind.example/x");
        assertThat(request.headers().contains("Proxy-Authorization")).isTrue();

        HeaderRules.address(request, "/x", origin("http://direct.example", proxy), false);
        assertThat(request.uri()).isEqualTo("/x");
        assertThat(request.headers().contains("Proxy-Authorization")).isFalse();
    }

    private static Origin origin(String url, OutboundProxy proxy) {
        return Origin.of(URI.create(url)).through(proxy);
    }

    @Test
    void manyNamesInConnectionAreRemovedAsFewAre() {
        HttpResponse response = response();
        response.headers()
                .add("A", "1")
                .add("X-1", "1")
                .add("b", "2")
                .add("Connection", "x-2 , , Content-Length," + " ".repeat(100) + "close")
                .add("Connection", "X-1")
                .add("x-1", "again")
                .add("A", "3")
                .add("Content-Length", "0");

        HeaderRules.toClient(response);

        assertThat(response.headers().entries().stream().map(field -> field.getKey() + ": " + field.getValue()))
                .containsExactly("A: 1", "b: 2", "A: 3", "Content-Length: 0", "via: 1.1 obo-gateway");
    }

    @Test
    void whoNamesThousandsOfFieldsDoesNotHaveEachLookedForAmongThousands() {
        List<String> names = IntStream.range(36, 36 * 36)
                .mapToObj(number -> Integer.toString(number, 36))
                .filter(name -> (AsciiString.hashCode(name) & 15) == 3) // one bucket of Netty's table
                .toList();
        long start = System.nanoTime();
        for (int i = 0; i < 300; i++) {
            HttpResponse response = response();
            HttpHeaders headers = response.headers();
            headers.add("connection", (names.get(0) + ",").repeat(5000));
            for (int field = 0; field < 3000; field++) {
                headers.add(names.get(1 + field % (names.size() - 1)), "");
            }
            HeaderRules.toClient(response);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }

    private static HttpResponse response() {
        return new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    }
}
