package io.obogateway.wire;

import io.obogateway.config.GatewayConfig;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.server.GatewayServer;
import io.obogateway.wire.ScriptedHttp2Upstream.Script;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** A gateway between clients of HTTP/1.1 and a service of HTTP/2 that answers by a script; each test starts its own. */
@SuppressWarnings("NullAway.Init") // each test starts its own
abstract class Http1ToHttp2Conversation {
    static final Duration LONG = Duration.ofSeconds(30);

    ScriptedHttp2Upstream upstream;
    GatewayServer gateway;

    final void start(Script script) {
        start(new ScriptedHttp2Upstream(script));
    }

    final void start(ScriptedHttp2Upstream scripted) {
        start(scripted, new RouteTimeouts(LONG, LONG, LONG), 0);
    }

    final void start(ScriptedHttp2Upstream scripted, RouteTimeouts timeouts, int maxConnections) {
        upstream = scripted;
        gateway = TestGateway.start(
                TestGateway.route(TestGateway.http2(scripted.url(), maxConnections), timeouts, 1),
                new GatewayConfig.Timeouts(LONG, LONG, TestGateway.SHORT),
                10_000);
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    final RawConnection client() {
        return RawConnection.to(gateway.port());
    }

    final String answerTo(String request) {
        try (RawConnection client = client()) {
            return client.send(request).message();
        }
    }
}
