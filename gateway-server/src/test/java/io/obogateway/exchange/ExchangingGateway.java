package io.obogateway.exchange;

import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.server.GatewayServer;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.AfterEach;

/**
 * A gateway with the routes of {@link Gateways#conf}, the fake Entra that it asks and its access log, new for each test
 * of the class that extends it.
 */
abstract class ExchangingGateway {
    final FakeEntra entra = FakeEntra.start();
    final ByteArrayOutputStream log = new ByteArrayOutputStream();
    GatewayServer gateway;

    ExchangingGateway(String upstream, String settings) {
        gateway = Gateways.start(Gateways.conf(entra, upstream) + settings, log);
    }

    @AfterEach
    void stop() {
        gateway.close();
        entra.close();
    }
}
