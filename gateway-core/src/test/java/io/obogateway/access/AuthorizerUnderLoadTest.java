package io.obogateway.access;

import static io.obogateway.access.Gateway.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTParser;
import com.sun.management.ThreadMXBean;
import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.fakeentra.FakeEntraExtension;
import io.obogateway.http.RequestHead;
import io.obogateway.http.TestHead;
import io.obogateway.oauth.Grant;
import java.lang.management.ManagementFactory;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FakeEntraExtension.class)
class AuthorizerUnderLoadTest {
    private static final int EMPLOYEES = 20;
    private static final int THREADS = 8;
    private static final int ROUNDS = 100;

    @Test
    void nobodyGetsAnothersToken(FakeEntra entra) throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, RequestHead> heads = new LinkedHashMap<>();
        for (int i = 0; i < EMPLOYEES; i++) {
            String oid = "employee-" + i;
            heads.put(
                    oid,
                    TestHead.get("/people/" + i)
                            .bearer(entra.employeeToken().oid(oid).issue()));
        }
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (Gateway gateway = new Gateway(entra, route(entra, "people", "/people/**", Grant.ON_BEHALF_OF))) {
            List<Future<?>> runs = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                runs.add(threads.submit(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        heads.forEach((oid, head) -> assertThat(
                                        oidOf(gateway.forwarded(head).authorization()))
                                .isEqualTo(oid));
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(entra.exchangeCount()).isEqualTo(EMPLOYEES);
    }

    /** Mostly the token itself, read out of its field and digested; what is decided about it adds a few hundred bytes. */
    @Test
    void warmRequestAllocatesLittle(FakeEntra entra) {
        try (Gateway gateway = new Gateway(entra, route(entra, "people", "/people/**", Grant.ON_BEHALF_OF))) {
            RequestHead head =
                    TestHead.get("/people/7?x=1").bearer(entra.employeeToken().issue());
            gateway.forwarded(head);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            int requests = 5_000;

            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < requests; i++) {
                gateway.authorizer.authorize(head);
            }
            long bytes = (threads.getCurrentThreadAllocatedBytes() - before) / requests;

            assertThat(bytes).isLessThan(5_000);
        }
    }

    private static @Nullable Object oidOf(@Nullable String authorization) {
        assertThat(authorization).isNotNull().startsWith("Bearer ");
        try {
            return JWTParser.parse(authorization.substring("Bearer ".length()))
                    .getJWTClaimsSet()
                    .getClaim("oid");
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }
}
