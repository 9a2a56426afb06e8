package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.fakeentra.Answer;
import io.obogateway.wire.RawConnection;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many employees at once: each is answered as themselves, whatever fails around them. */
@Timeout(120)
class ManyEmployeesTest extends GatewayBeforeApi {
    private static final int EMPLOYEES = 100;
    private static final int CONNECTIONS = 50;
    private static final int PER_CONNECTION = 200;

    private final List<String> tokens = new ArrayList<>();
    private final ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS);

    ManyEmployeesTest() {
        for (int i = 0; i < EMPLOYEES; i++) {
            tokens.add(entra.employeeToken().employee("employee-" + i).issue());
        }
    }

    @AfterEach
    void leave() {
        clients.shutdownNow();
    }

    @Test
    void eachResponseNamesItsOwnEmployeeAndEachEmployeeIsExchangedOnce() throws Exception {
        Map<String, Integer> outcomes = run(() -> {}, CONNECTIONS * PER_CONNECTION);

        assertThat(outcomes).containsOnly(Map.entry("own", CONNECTIONS * PER_CONNECTION));
        assertThat(entra.exchangeCount()).isEqualTo(EMPLOYEES);
        assertThat(api.credentials())
                .doesNotContainAnyElementsOf(
                        tokens.stream().map(token -> "Bearer " + token).toList());
    }

    @Test
    void whenTheUpstreamDiesOnlyItsRefusalsAreSeen() throws Exception {
        Map<String, Integer> outcomes = run(api::close, 2000);

        assertThat(outcomes.keySet()).isSubsetOf("own", "upstream_unavailable", "upstream_invalid", "truncated");
        assertThat(outcomes).containsKeys("own", "upstream_unavailable");
    }

    @Test
    void whenTheProviderDiesThoseWithATokenAreServedAndOthersAreRefused() throws Exception {
        Map<String, Integer> outcomes = run(() -> entra.whenAny().answer(Answer.closed()), 2000);

        assertThat(outcomes.keySet()).isSubsetOf("own", "provider_unavailable");
        assertThat(outcomes).containsKey("own");
    }

    @Test
    void whenTheGatewayStopsRequestsInFlightFinishAndConnectionsClose() throws Exception {
        Map<String, Integer> outcomes = run(gateway::stop, 2000);

        assertThat(outcomes.keySet()).isSubsetOf("own", "closed", "refused");
        assertThat(outcomes).containsKey("own");
        assertThat(outcomes.keySet()).containsAnyOf("closed", "refused");
    }

    /** Sends from all connections; does the fault when a fifth of the requests are answered; counts what came back. */
    private Map<String, Integer> run(Runnable fault, int requests) throws InterruptedException, ExecutionException {
        AtomicInteger answered = new AtomicInteger();
        Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();
        List<Future<?>> running = new ArrayList<>();
        for (int c = 0; c < CONNECTIONS; c++) {
            Callable<Void> client = client(c, requests / CONNECTIONS, outcomes, () -> {
                if (answered.incrementAndGet() == requests / 5) {
                    fault.run();
                }
            });
            running.add(clients.submit(client));
        }
        for (Future<?> each : running) {
            each.get();
        }
        Map<String, Integer> counted = new TreeMap<>();
        outcomes.forEach((outcome, count) -> counted.put(outcome, count.get()));
        return counted;
    }

    private Callable<Void> client(int seed, int requests, Map<String, AtomicInteger> outcomes, Runnable afterEach) {
        return () -> {
            Random random = new Random(seed);
            RawConnection connection = null;
            for (int i = 0; i < requests; i++) {
                String outcome;
                try {
                    connection = connection == null ? RawConnection.to(gateway.port()) : connection;
                    outcome = ask(connection, random.nextInt(EMPLOYEES));
                } catch (UncheckedIOException | AssertionError e) {
                    outcome = connection == null ? "refused" : outcomeOf(e);
                }
                outcomes.computeIfAbsent(outcome, any -> new AtomicInteger()).incrementAndGet();
                if (connection != null && !outcome.equals("own")) {
                    connection.close();
                    connection = null;
                }
                afterEach.run();
            }
            if (connection != null) {
                connection.close();
            }
            return null;
        };
    }

    private static String outcomeOf(Throwable e) {
        return String.valueOf(e.getMessage()).contains("200 OK") ? "truncated" : "closed";
    }

    private String ask(RawConnection connection, int employee) {
        connection.send(
                "GET /people/x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + tokens.get(employee) + "\r\n\r\n");
        String response = connection.message();
        if (response.startsWith("HTTP/1.1 200 ")) {
            return response.contains("\"name\":\"employee-" + employee + "\"") ? "own" : "ANOTHER: " + response;
        }
        int code = response.indexOf("\"code\":\"");
        return code < 0 ? response : response.substring(code + 8, response.indexOf('"', code + 8));
    }
}
