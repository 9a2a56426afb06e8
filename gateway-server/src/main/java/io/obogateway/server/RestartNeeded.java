package io.obogateway.server;

import io.obogateway.config.GatewayConfig;
import io.obogateway.config.GatewayConfig.Listen;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which keys' new values a running gateway cannot take over: what its sockets and threads are made of. */
final class RestartNeeded {
    private final List<String> keys = new ArrayList<>();

    private RestartNeeded() {}

    static List<String> between(GatewayConfig running, GatewayConfig next) {
        RestartNeeded needed = new RestartNeeded();
        Listen was = running.listen();
        Listen is = next.listen();
        needed.compare("threads", running.threads(), next.threads());
        needed.compare("listen.host", was.host(), is.host());
        needed.compare("listen.port", was.port(), is.port());
        needed.compare("listen.tls", was.tls(), is.tls());
        needed.compare("listen.http2", was.http2(), is.http2());
        needed.compare("listen.trusted-proxies", was.trustedProxies(), is.trustedProxies());
        needed.compare("admin.host", running.admin().host(), next.admin().host());
        needed.compare("admin.port", running.admin().port(), next.admin().port());
        return List.copyOf(needed.keys);
    }

    private void compare(String key, @Nullable Object was, @Nullable Object is) {
        if (!Objects.equals(was, is)) {
            keys.add(key);
        }
    }
}
