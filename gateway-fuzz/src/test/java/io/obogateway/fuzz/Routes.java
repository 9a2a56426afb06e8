package io.obogateway.fuzz;

import io.obogateway.oauth.Grant;
import io.obogateway.route.Requirements;
import io.obogateway.route.Route;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.route.Upstream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Routes of which only the path matters. */
final class Routes {
    private Routes() {}

    static Route route(String name, String path) {
        return new Route(
                name,
                path,
                Set.of(),
                Set.of(),
                new Upstream(URI.create("http://upstream.test")),
                Set.of(Grant.ANONYMOUS),
                Map.of(),
                List.of(),
                Requirements.NONE,
                true,
                false,
                new RouteTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofMinutes(5)),
                Long.MAX_VALUE);
    }
}
