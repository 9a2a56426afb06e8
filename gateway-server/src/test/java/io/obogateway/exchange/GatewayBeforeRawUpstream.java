package io.obogateway.exchange;

import io.obogateway.wire.RawUpstream;
import org.junit.jupiter.api.AfterEach;

/** One before an upstream that does what the test says. */
abstract class GatewayBeforeRawUpstream extends ExchangingGateway {
    final RawUpstream upstream;

    GatewayBeforeRawUpstream() {
        this("");
    }

    GatewayBeforeRawUpstream(String settings) {
        this(new RawUpstream(), settings);
    }

    private GatewayBeforeRawUpstream(RawUpstream upstream, String settings) {
        super(upstream.url(), settings);
        this.upstream = upstream;
    }

    @Override
    @AfterEach
    void stop() {
        super.stop();
        upstream.close();
    }
}
