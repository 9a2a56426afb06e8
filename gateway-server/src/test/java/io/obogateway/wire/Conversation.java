package io.obogateway.wire;

import io.obogateway.server.GatewayServer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;

/**
 * A client and a scripted upstream with a gateway between them, new for each test of the class that extends it.
 *
 * @param <C> the client's kind of connection
 */
abstract class Conversation<C extends SocketConnection> {
    final RawUpstream upstream = new RawUpstream();
    GatewayServer gateway;
    C client;

    private final IntFunction<C> connect;

    Conversation(Function<String, GatewayServer> start, IntFunction<C> connect) {
        this.connect = connect;
        gateway = start.apply(upstream.url());
        client = connect.apply(gateway.port());
    }

    /** Goes on with another gateway and a new connection to it. */
    final void restart(GatewayServer other) {
        stopGateway();
        gateway = other;
        client = connect.apply(other.port());
    }

    private void stopGateway() {
        client.close();
        gateway.close();
    }

    @AfterEach
    void stop() {
        stopGateway();
        upstream.close();
    }
}
