package io.obogateway.exchange;

import org.junit.jupiter.api.AfterEach;

/** One before an API that answers with who is calling. */
abstract class GatewayBeforeApi extends ExchangingGateway {
    final DownstreamApi api;

    GatewayBeforeApi() {
        this("");
    }

    GatewayBeforeApi(String settings) {
        this(new DownstreamApi(), settings);
    }

    private GatewayBeforeApi(DownstreamApi api, String settings) {
        super(api.url(), settings);
        this.api = api;
    }

    @Override
    @AfterEach
    void stop() {
        super.stop();
        api.close();
    }
}
