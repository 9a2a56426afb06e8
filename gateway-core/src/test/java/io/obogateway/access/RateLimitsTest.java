package io.obogateway.access;

import static io.obogateway.access.Gateway.route;
import static io.obogateway.oauth.Grant.ANONYMOUS;
import static io.obogateway.oauth.Grant.CLIENT_CREDENTIALS;
import static io.obogateway.oauth.Grant.ON_BEHALF_OF;
import static io.obogateway.oauth.Grant.PASS_THROUGH;
import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.error.ErrorCode;
import io.obogateway.fakeentra.Answer;
import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.fakeentra.FakeEntraExtension;
import io.obogateway.http.RequestHead;
import io.obogateway.http.TestHead;
import io.obogateway.route.RateLimit;
import io.obogateway.route.Requirements;
import io.obogateway.route.TestRoute;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FakeEntraExtension.class)
class RateLimitsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final FakeEntra entra;
    private final AtomicLong nanos = new AtomicLong(-5);
    private final RateLimits limits = new RateLimits(nanos::get, 1000);
    private final List<Gateway> gateways = new ArrayList<>();

    RateLimitsTest(FakeEntra entra) {
        this.entra = entra;
    }

    @AfterEach
    void close() {
        gateways.forEach(Gateway::close);
    }

    private Gateway gateway(TestRoute... routes) {
        Gateway gateway = new Gateway(entra, limits, routes);
        gateways.add(gateway);
        return gateway;
    }

    private TestRoute people(long requests, Duration per, RateLimit.Key key) {
        return route(entra, "people", "/people/**", ON_BEHALF_OF, CLIENT_CREDENTIALS)
                .rateLimit(requests, per, key);
    }

    private RequestHead employee(String oid) {
        return TestHead.get("/people/7").bearer(entra.employeeToken().oid(oid).issue());
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static ErrorCode codeOf(Decision decision) {
        return ((Decision.Reject) decision).refusal().code();
    }

    private static Quota quotaOf(Decision decision) {
        return Objects.requireNonNull(decision.quota());
    }

    @Test
    void requestBeyondTheLimitIsRefusedUntilThereIsRoomAgain() {
        Gateway gateway = gateway(people(3, MINUTE, RateLimit.Key.EMPLOYEE));
        RateLimit limit = new RateLimit(3, MINUTE, RateLimit.Key.EMPLOYEE);
        RequestHead head = employee("a");

        assertThat(gateway.forwarded(head).quota()).isEqualTo(new Quota(limit, false, 2, 20));
        assertThat(gateway.forwarded(head).quota()).isEqualTo(new Quota(limit, false, 1, 40));
        assertThat(gateway.forwarded(head).quota()).isEqualTo(new Quota(limit, false, 0, 60));
        Decision.Reject reject = gateway.rejected(head);

        assertThat(reject.quota()).isEqualTo(new Quota(limit, true, 0, 20));
        assertThat(reject.refusal().code()).isEqualTo(ErrorCode.RATE_LIMITED);
        assertThat(reject.refusal().retryAfter()).isEqualTo(Duration.ofSeconds(20));
        assertThat(reject.refusal().detail()).contains("3 requests in 60 s");
        pass(Duration.ofSeconds(19));
        assertThat(quotaOf(gateway.rejected(head)).resetSeconds()).isEqualTo(1);
        pass(Duration.ofSeconds(1));
        assertThat(quotaOf(gateway.forwarded(head)).remaining()).isZero();
        pass(MINUTE);
        assertThat(quotaOf(gateway.forwarded(head)).remaining()).isEqualTo(2);
    }

    @Test
    void limitThatNobodyReachesIsALimit() {
        Gateway gateway = gateway(people(1_000_000_000, Duration.ofMillis(1), RateLimit.Key.EMPLOYEE));

        assertThat(quotaOf(gateway.forwarded(employee("a"))).remaining()).isEqualTo(999_999_999);
    }

    @Test
    void everyEmployeeHasTheirOwn() {
        Gateway gateway = gateway(people(1, MINUTE, RateLimit.Key.EMPLOYEE));

        gateway.forwarded(employee("a"));
        gateway.forwarded(employee("b"));
        gateway.forwarded(
                TestHead.get("/people/7").bearer(entra.applicationToken().issue()));

        assertThat(gateway.refusal(employee("a")).code()).isEqualTo(ErrorCode.RATE_LIMITED);
        assertThat(gateway.refusal(employee("b")).code()).isEqualTo(ErrorCode.RATE_LIMITED);
    }

    @Test
    void otherTokenOrClientOrAddressGivesAnEmployeeNoMore() {
        Gateway gateway = gateway(people(1, MINUTE, RateLimit.Key.EMPLOYEE));
        gateway.forwarded(TestHead.get("/people/7")
                .bearer(entra.employeeToken().oid("a").client("x").issue()));

        assertThat(gateway.refusal(TestHead.get("/people/8")
                                .from("192.0.2.99")
                                .bearer(entra.employeeToken()
                                        .oid("a")
                                        .client("y")
                                        .issue()))
                        .code())
                .isEqualTo(ErrorCode.RATE_LIMITED);
    }

    @Test
    void sameNumberOfAnotherTenantOrUnderAnotherClaimIsSomebodyElse() {
        Gateway gateway = gateway(people(1, MINUTE, RateLimit.Key.EMPLOYEE));

        gateway.forwarded(
                TestHead.get("/people/7").bearer(entra.employeeToken().oid("a").issue()));
        gateway.forwarded(TestHead.get("/people/7")
                .bearer(entra.employeeToken()
                        .oid("a")
                        .tenant("99999999-9999-9999-9999-999999999999")
                        .issue()));
        gateway.forwarded(TestHead.get("/people/7")
                .bearer(entra.employeeToken().without("oid").subject("a").issue()));
    }

    @Test
    void clientsUsersShareItsQuota() {
        Gateway gateway = gateway(people(1, MINUTE, RateLimit.Key.CLIENT));
        gateway.forwarded(TestHead.get("/people/7")
                .bearer(entra.employeeToken().oid("a").client("x").issue()));

        assertThat(gateway.refusal(TestHead.get("/people/7")
                                .bearer(entra.employeeToken()
                                        .oid("b")
                                        .client("x")
                                        .issue()))
                        .code())
                .isEqualTo(ErrorCode.RATE_LIMITED);
        gateway.forwarded(TestHead.get("/people/7")
                .bearer(entra.employeeToken().oid("a").client("y").issue()));
    }

    @Test
    void addressHasItsOwnAndAnIpv6NetworkIsOneAddress() {
        Gateway gateway = gateway(
                people(1, MINUTE, RateLimit.Key.ADDRESS),
                TestRoute.route("open", "/open").grants(ANONYMOUS).rateLimit(1, MINUTE, RateLimit.Key.EMPLOYEE));
        TestHead token = TestHead.get("/people/7").bearer(entra.employeeToken().issue());
        for (TestHead head : List.of(token, TestHead.get("/open"))) {
            gateway.forwarded(head.from("192.0.2.1"));
            gateway.forwarded(head.from("192.0.2.2"));
            gateway.forwarded(head.from("2001:db8:0:1:0:0:0:1"));
            gateway.forwarded(head.from("2001:db8:0:2:0:0:0:1"));

            assertThat(gateway.refusal(head.from("192.0.2.1")).code()).isEqualTo(ErrorCode.RATE_LIMITED);
            assertThat(gateway.refusal(head.from("2001:db8:0:1:0:0:0:ffff")).code())
                    .isEqualTo(ErrorCode.RATE_LIMITED);
        }
    }

    @Test
    void floodCostsNoTokenRequest() {
        Gateway gateway = gateway(people(1, MINUTE, RateLimit.Key.EMPLOYEE));
        entra.whenAny().answer(Answer.error(500, "server_error"));

        assertThat(codeOf(gateway.decide(employee("a")))).isNotEqualTo(ErrorCode.RATE_LIMITED);
        int requests = entra.tokenRequests().size();
        for (int i = 0; i < 10; i++) {
            assertThat(gateway.refusal(employee("a")).code()).isEqualTo(ErrorCode.RATE_LIMITED);
        }

        assertThat(entra.tokenRequests()).hasSize(requests);
    }

    @Test
    void refusalAfterTheCountStillSaysWhatIsLeft() {
        Gateway gateway = gateway(people(5, MINUTE, RateLimit.Key.EMPLOYEE));
        entra.whenAny().answer(Answer.error(400, "invalid_scope"));

        assertThat(quotaOf(gateway.rejected(employee("a"))).remaining()).isEqualTo(4);
    }

    @Test
    void whatIsRefusedForItsTokenIsNotCounted() {
        Requirements reader = new Requirements(Set.of("read"), Set.of(), Set.of(), Set.of());
        Gateway gateway = gateway(people(1, MINUTE, RateLimit.Key.EMPLOYEE).require(reader));
        String poor = entra.employeeToken().oid("a").issue();
        String good = entra.employeeToken().oid("a").scopes("read").issue();
        for (int i = 0; i < 3; i++) {
            Decision.Reject reject = gateway.rejected(TestHead.get("/people/7").bearer(poor));
            assertThat(reject.refusal().code()).isEqualTo(ErrorCode.INSUFFICIENT_SCOPE);
            assertThat(reject.quota()).isNull();
        }

        gateway.forwarded(TestHead.get("/people/7").bearer(good));
    }

    @Test
    void requestThatIsSentAgainIsCountedOnce() throws ExecutionException, InterruptedException, TimeoutException {
        Gateway gateway = gateway(people(2, MINUTE, RateLimit.Key.EMPLOYEE));
        Decision.Forward first = gateway.forwarded(employee("a"));

        Decision again =
                gateway.authorizer.challenged(first, "{\"access_token\":{}}").get(30, TimeUnit.SECONDS);

        assertThat(again.quota()).isNotNull().isEqualTo(first.quota());
        assertThat(quotaOf(gateway.forwarded(employee("a"))).remaining()).isZero();
    }

    @Test
    void routeWithoutALimitCountsNobody() {
        Gateway gateway = gateway(
                route(entra, "pass", "/pass", PASS_THROUGH),
                TestRoute.route("open", "/open").grants(ANONYMOUS));

        assertThat(gateway.forwarded(TestHead.get("/open")).quota()).isNull();
        assertThat(gateway.forwarded(TestHead.get("/pass")
                                .bearer(entra.employeeToken().issue()))
                        .quota())
                .isNull();
        assertThat(limits.callers()).isZero();
    }

    @Test
    void countsOutliveAConfigurationInWhichTheLimitIsTheSame() {
        gateway(people(1, MINUTE, RateLimit.Key.EMPLOYEE)).forwarded(employee("a"));

        assertThat(gateway(people(1, MINUTE, RateLimit.Key.EMPLOYEE))
                        .refusal(employee("a"))
                        .code())
                .isEqualTo(ErrorCode.RATE_LIMITED);
        gateway(people(2, MINUTE, RateLimit.Key.EMPLOYEE)).forwarded(employee("a"));
        gateway(route(entra, "renamed", "/people/**", ON_BEHALF_OF).rateLimit(1, MINUTE, RateLimit.Key.EMPLOYEE))
                .forwarded(employee("a"));
    }

    @Test
    void whoWasNotHeardOfIsForgottenAndNoMoreAreRememberedThanTheBound() {
        Gateway gateway =
                gateway(TestRoute.route("open", "/open").grants(ANONYMOUS).rateLimit(1, MINUTE, RateLimit.Key.ADDRESS));
        for (int i = 0; i < 3000; i++) {
            gateway.decide(TestHead.get("/open").from("10.0." + i / 256 + "." + i % 256));
        }
        assertThat(limits.callers()).isBetween(900L, 1000L);

        pass(MINUTE.plusSeconds(2));
        assertThat(limits.callers()).isZero();
    }

    @Test
    void threadsTogetherGetNoMoreThanTheLimit() throws ExecutionException, InterruptedException, TimeoutException {
        Gateway gateway = gateway(
                TestRoute.route("open", "/open").grants(ANONYMOUS).rateLimit(100, MINUTE, RateLimit.Key.ADDRESS));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Long>> runs = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                runs.add(threads.submit(() -> {
                    long forwarded = 0;
                    for (int i = 0; i < 100; i++) {
                        forwarded += gateway.decide(TestHead.get("/open")) instanceof Decision.Forward ? 1 : 0;
                    }
                    return forwarded;
                }));
            }
            long all = 0;
            for (Future<Long> run : runs) {
                all += run.get(30, TimeUnit.SECONDS);
            }
            assertThat(all).isEqualTo(100);
        } finally {
            threads.shutdownNow();
        }
    }
}
