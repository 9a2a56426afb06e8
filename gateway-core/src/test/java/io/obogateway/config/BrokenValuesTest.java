package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThatCode;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands where a value should: it is taken, or it is a problem with a place; the loading itself does not fail. */
class BrokenValuesTest {
    private static final String GOOD = """
            gateway {
              threads = 2
              listen { host = "::1", port = 0, http2 = true, trusted-proxies = ["10.0.0.0/8"] }
              admin { host = "::1", port = 0 }
              limits { request-line = 16 KiB, headers = 32 KiB, body = unlimited, connections = 9, in-flight = 9, replay-body = 1 }
              timeouts { request-headers = 10s, idle = 7s, connect = 2s, response = 3s, stream-idle = 5m, token = 5s, drain = 5s }
              issuers.i {
                discovery-url = "https://i/d", issuer = "https://i", jwks-url = "https://i/k", audiences = [a]
                algorithms = [RS256], clock-skew = 30s, tenants = [t], token-versions = ["2.0"], clients = [c]
                pre-authorized-apps = "[]", authorization-url = "https://i/a"
                keys { refresh = 1h, max-age = 24h, unknown-kid-interval = 5m, timeout = 5s }
              }
              providers.e {
                type = entra, token-url = "https://e/t", client-id = c, client-secret = s, next-client-secret = t
                client-authentication = client_secret_post, client-capabilities = [cp1], timeout = 5s, retries = 1
                circuit-breaker { failures = 10, open-for = 10s }
              }
              providers.x {
                type = token-exchange, token-url = "https://x/t", client-id = c, client-secret = s
                subject-token-type = "urn:ietf:params:oauth:token-type:jwt"
              }
              default-provider = e
              outbound-proxy { url = "http://p:1", no-proxy = "a,b" }
              allow-insecure-http = false
              token-cache { max-entries = 9, expiry-margin = 30s, failure-ttl = 5s }
              routes.r {
                path = "/r/**", hosts = [h], methods = [GET], grant = [on-behalf-of, client-credentials]
                scope = s, provider = e, issuers = [i], require { scopes = [s], roles = [r], groups = [g], clients = [c] }
                upstream {
                  urls = ["https://u", "https://v"], balance = round-robin, protocol = http2, max-connections = 3
                  tls { server-name = u }, health { path = "/h", interval = 5s, timeout = 1s }, use-outbound-proxy = true
                }
                strip-prefix = true, preserve-host = true, timeouts { response = 1s, connect = 1s, stream-idle = 1s }
                retries.attempts = 1, limits.body = 3, cors.origins = ["https://o"], at-token-expiry = keep
                rate-limit { requests = 1, per = 1s, key = client }
              }
              routes.x { path = "/x", upstream = "http://x", provider = x, audience = a }
            }
            """;

    @TempDir
    Path folder;

    static Stream<String> keys() {
        return within("", ConfigFactory.parseString(GOOD).root());
    }

    private static Stream<String> within(String path, ConfigObject object) {
        return object.entrySet().stream().flatMap((Map.Entry<String, ConfigValue> entry) -> {
            String key = (path.isEmpty() ? "" : path + ".") + ConfigUtil.quoteString(entry.getKey());
            return entry.getValue() instanceof ConfigObject inner
                    ? Stream.concat(Stream.of(key), within(key, inner))
                    : Stream.of(key);
        });
    }

    @ParameterizedTest
    @MethodSource("keys")
    void anyKeyMayHaveAnyValue(String key) {
        for (String value : List.of("${NO_SUCH}", "\"\"", "null", "[[]]", "{ a = ${NO_SUCH} }")) {
            assertThatCode(() -> Written.in(folder).problems(GOOD + key + " = " + value))
                    .as(key + " = " + value)
                    .doesNotThrowAnyException();
        }
    }
}
