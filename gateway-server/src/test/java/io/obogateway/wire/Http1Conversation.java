package io.obogateway.wire;

import io.obogateway.server.GatewayServer;
import java.util.function.Function;

/** One with a client of HTTP/1.1, in which nothing times out unless the test says so. */
abstract class Http1Conversation extends Conversation<RawConnection> {
    Http1Conversation() {
        this(TestGateway::patient);
    }

    Http1Conversation(Function<String, GatewayServer> start) {
        super(start, RawConnection::to);
    }
}
