package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import io.obogateway.fakeentra.Answer;
import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.fakeentra.TokenRequest;
import io.obogateway.wire.RawConnection;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * 100 000 requests of many employees while everything fails that can: tokens expire on both sides, the provider is
 * throttled, broken and resets, services drop tokens and ask for more, clients leave, the configuration changes for better
 * and for worse. No response ever carries another employee, and no inbound token reaches a service.
 */
@Timeout(180)
class HundredThousandRequestsTest {
    private static final int REQUESTS = 100_000;
    private static final int CLIENTS = 64;
    private static final int EMPLOYEES = 200;
    private static final int WHO_EXPIRE = 10;
    private static final String MOVING = "moving";
    private static final List<String> SERVICES = List.of("people", "payroll", MOVING);

    private record Employee(String name, String token, Instant expiresAt) {}

    private final FakeEntra entra = FakeEntra.start();
    private final ValidatingApi api = new ValidatingApi(entra);
    private final ChangingConfiguration configuration;
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    private final List<Employee> employees = new ArrayList<>();
    private final Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger throttlings = new AtomicInteger();

    /** What happens once beside the requests, each after as many of them: here is room for more. */
    private final List<Runnable> meanwhile;

    HundredThousandRequestsTest(@TempDir Path folder) {
        configuration = new ChangingConfiguration(
                folder,
                """
            gateway {
              issuers.entra { discovery-url = "%s", audiences = ["%s"], clock-skew = 0s }
              providers.entra { type = entra, token-url = "%s", client-id = "%s", client-secret = "%s" }
              route-defaults { upstream = "%s" }
              routes {
                people { path = "/people/**", scope = "api://people/.default" }
                payroll { path = "/payroll/**", scope = "api://payroll/.default" }
              }
            }
            """.formatted(
                                entra.discoveryUrl(),
                                entra.clientId(),
                                entra.tokenUrl(),
                                entra.clientId(),
                                entra.clientSecret(),
                                api.url()),
                api.url());
        meanwhile = List.of(
                configuration::move,
                () -> throttlings.set(1),
                configuration::addRoutes,
                configuration::breakIt,
                () -> entra.refuseClientSecret(entra.clientSecret()),
                configuration::move,
                () -> entra.acceptClientSecret(entra.clientSecret()),
                configuration::limitRates,
                () -> configuration.limitCache(50_000),
                () -> throttlings.set(1),
                configuration::removeRoutes,
                () -> configuration.widenAudiences(entra.clientId()),
                configuration::move,
                configuration::breakIt,
                configuration::move);
    }

    /** One buffer in a hundred is enough where there are so many; each of them costs more than its request. */
    @BeforeAll
    static void lookAtSomeBuffersOnly() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.ADVANCED);
    }

    @AfterAll
    static void lookAtAllBuffersAgain() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @AfterEach
    void stop() {
        clients.shutdownNow();
        configuration.close();
        api.close();
        entra.close();
    }

    @Test
    void noResponseEverCarriesAnotherEmployee() throws Exception {
        hireEmployees();
        troubleTheProvider();
        List<Future<?>> running = new ArrayList<>();
        for (int c = 0; c < CLIENTS; c++) {
            Random random = new Random(c);
            running.add(clients.submit(() -> work(random)));
        }
        for (Future<?> each : running) {
            each.get(150, TimeUnit.SECONDS);
        }

        Map<String, Integer> counted = counted();
        assertThat(api.complaints).isEmpty();
        assertThat(counted.keySet())
                .isSubsetOf(
                        "own",
                        "own, refused by the service",
                        "left",
                        "token_invalid",
                        "claims_challenge",
                        "provider_unavailable",
                        "provider_rejected_gateway");
        assertThat(counted.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(REQUESTS);
        assertThat(counted.get("own")).isGreaterThan(REQUESTS / 2);
        // all of it did happen
        assertThat(configuration.version()).isEqualTo(4);
        assertThat(configuration.reloads()).isEqualTo(13);
        assertThat(counted)
                .containsKeys(
                        "own, refused by the service",
                        "left",
                        "token_invalid",
                        "claims_challenge",
                        "provider_unavailable",
                        "provider_rejected_gateway");
        assertThat(entra.exchangeCount()).isGreaterThan(2 * EMPLOYEES * SERVICES.size());
        assertThat(entra.tokenRequests()).anyMatch(request -> request.form().containsKey("claims"));
    }

    private void hireEmployees() {
        for (int i = 0; i < EMPLOYEES; i++) {
            Duration life = i < WHO_EXPIRE ? Duration.ofSeconds(4) : Duration.ofHours(1);
            employees.add(new Employee(
                    "employee-" + i,
                    entra.employeeToken()
                            .employee("employee-" + i)
                            .expiresIn(life)
                            .issue(),
                    Instant.now().plus(life)));
        }
    }

    /** Of 100 token requests so many go wrong, or bring a token that does not last. */
    private void troubleTheProvider() {
        inPercent(25, Answer.success().expiresIn("2"));
        inPercent(1, Answer.success().expiresIn("0"));
        inPercent(2, Answer.error(503, "temporarily_unavailable").code(90033));
        inPercent(1, Answer.success().resetMidBody());
        inPercent(1, Answer.closed());
        inPercent(1, Answer.interactionRequired("{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"}}}"));
        inPercent(1, Answer.error(400, "invalid_grant").code(50173));
        entra.when(this::throttled).answer(Answer.throttled("1"));
    }

    private void inPercent(int share, Answer answer) {
        entra.when(request -> ThreadLocalRandom.current().nextInt(100) < share).answer(answer);
    }

    private boolean throttled(TokenRequest request) {
        return throttlings.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    private void work(Random random) {
        RawConnection connection = connect();
        for (int first = sent.get(); first < REQUESTS; ) {
            int count = 1 + random.nextInt(4);
            first = sent.getAndAdd(count);
            List<Employee> asking = new ArrayList<>();
            List<String> services = new ArrayList<>();
            for (int i = first; i < Math.min(REQUESTS, first + count); i++) {
                asking.add(employees.get(random.nextInt(EMPLOYEES)));
                services.add(SERVICES.get(random.nextInt(SERVICES.size())));
                int apart = REQUESTS / (meanwhile.size() + 1);
                if (i > 0 && i % apart == 0 && i / apart <= meanwhile.size()) {
                    meanwhile.get(i / apart - 1).run();
                }
            }
            if (!ask(connection, asking, services, random.nextInt(200) == 0)) {
                connection = connect();
            }
        }
        connection.close();
    }

    /** To a gateway that may be slow on a busy machine. */
    private RawConnection connect() {
        RawConnection connection = RawConnection.to(configuration.gateway().port());
        try {
            connection.socket().setSoTimeout(60_000);
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        return connection;
    }

    /** Sends requests one behind the other and reads the answers, or leaves; whether the connection can be used on. */
    private boolean ask(RawConnection connection, List<Employee> asking, List<String> services, boolean leave) {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < asking.size(); i++) {
            String name = asking.get(i).name();
            requests.append(i % 2 == 0 ? "GET /" : "POST /")
                    .append(services.get(i))
                    .append("/x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ")
                    .append(asking.get(i).token())
                    .append(i % 2 == 0 ? "\r\n\r\n" : "\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
        }
        Instant sentAt = Instant.now();
        int version = configuration.version();
        try {
            connection.send(requests.toString());
            if (leave) {
                asking.forEach(each -> count("left"));
                connection.reset();
                return false;
            }
            for (int i = 0; i < asking.size(); i++) {
                count(outcome(connection.message(), asking.get(i), services.get(i), version, sentAt));
            }
            return true;
        } catch (UncheckedIOException | AssertionError e) {
            count("broken: " + e);
            return false;
        }
    }

    private String outcome(String response, Employee employee, String service, int version, Instant sentAt) {
        int code = response.indexOf("\"code\":\"");
        if (code >= 0) {
            return response.substring(code + 8, response.indexOf('"', code + 8));
        }
        boolean own = service.equals(MOVING)
                ? isOfMoving(response, version, employee)
                : response.endsWith("\r\n\r\napi://" + service + " " + employee.name());
        if (own && response.startsWith("HTTP/1.1 401 ") && !response.contains("insufficient_claims")) {
            return "own, refused by the service";
        }
        if (!own || !response.startsWith("HTTP/1.1 200 ")) {
            return "NOT OWN: " + employee.name() + " got " + response;
        }
        return sentAt.isAfter(employee.expiresAt()) ? "EXPIRED: " + employee.name() : "own";
    }

    /** Of the version that was in effect when the request was sent, or of a later one. */
    private boolean isOfMoving(String response, int version, Employee employee) {
        for (int v = version; v <= configuration.version() + 1; v++) {
            if (response.endsWith("\r\n\r\napi://v" + v + " " + employee.name())) {
                return true;
            }
        }
        return false;
    }

    private void count(String outcome) {
        outcomes.computeIfAbsent(outcome, any -> new AtomicInteger()).incrementAndGet();
    }

    private Map<String, Integer> counted() {
        Map<String, Integer> counted = new TreeMap<>();
        outcomes.forEach((outcome, count) -> counted.put(outcome, count.get()));
        return counted;
    }
}
