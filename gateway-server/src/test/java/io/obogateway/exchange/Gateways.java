package io.obogateway.exchange;

import io.obogateway.config.ConfigLoader;
import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.server.GatewayServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Gateways from configuration files, as a user would start them. */
final class Gateways {
    /** Free ports, and a short drain. */
    static final String PORTS = """
            gateway {
              threads = 2
              listen { host = "127.0.0.1", port = 0 }
              admin { host = "127.0.0.1", port = 0 }
              timeouts { drain = 500ms }
            }
            """;

    private Gateways() {}

    /** A gateway with the given HOCON, on free ports, with a short drain. */
    static GatewayServer start(String hocon, OutputStream accessLog) {
        try {
            Path file = Files.createTempFile("gateway", ".conf");
            try {
                Files.writeString(file, PORTS + hocon);
                return GatewayServer.start(ConfigLoader.load(List.of(file), Map.of()), accessLog, false);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static GatewayServer start(String hocon) {
        return start(hocon, OutputStream.nullOutputStream());
    }

    /** The issuer and the provider of a fake Entra, and one on-behalf-of route to the upstream. */
    static String conf(FakeEntra entra, String upstream) {
        return """
                gateway {
                  issuers.entra { discovery-url = "%s", audiences = ["%s"] }
                  providers.entra {
                    type = entra, token-url = "%s", client-id = "%s", client-secret = "%s"
                  }
                  routes {
                    people { path = "/people/**", upstream = "%s", scope = "api://people/.default" }
                    machine { path = "/machine/**", upstream = "%s", scope = "api://machine/.default", grant = client-credentials }
                    both { path = "/both/**", upstream = "%s", scope = "api://both/.default", grant = [on-behalf-of, client-credentials] }
                    pass { path = "/pass/**", upstream = "%s", grant = pass-through }
                    open { path = "/open/**", upstream = "%s", grant = anonymous }
                  }
                }
                """.formatted(
                        entra.discoveryUrl(),
                        entra.clientId(),
                        entra.tokenUrl(),
                        entra.clientId(),
                        entra.clientSecret(),
                        upstream,
                        upstream,
                        upstream,
                        upstream,
                        upstream);
    }
}
