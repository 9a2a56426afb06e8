package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jwt.SignedJWT;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.server.GatewayServer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** gRPC through the gateway: a real client, a real service, and the exchange between them. */
class GrpcTest {
    private FakeEntra entra;
    private EchoService service;
    private GatewayServer gateway;
    private ManagedChannel channel;

    @BeforeEach
    void start() {
        entra = FakeEntra.start();
        service = new EchoService();
        gateway = Gateways.start(Gateways.conf(entra, "http://127.0.0.1:1") + """
                gateway.routes.echo {
                  path = "/echo.Echo/**", scope = "api://echo/.default"
                  upstream { url = "%s", protocol = http2 }
                }
                """.formatted(service.url()));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", gateway.port())
                .usePlaintext()
                .maxInboundMessageSize(16 << 20)
                .build();
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        gateway.close();
        service.close();
        entra.close();
    }

    @Test
    void theServiceSeesTheEmployeeInATokenOfItsOwn() throws Exception {
        String inbound = entra.employeeToken().employee("Ada").issue();

        String answer = call(EchoService.UNARY, "hello", inbound);

        assertThat(answer).startsWith("hello by Bearer ").doesNotContain(inbound);
        SignedJWT seen = SignedJWT.parse(answer.substring(answer.indexOf("Bearer ") + 7));
        assertThat(seen.getJWTClaimsSet().getAudience()).containsExactly("api://echo");
        assertThat(seen.getJWTClaimsSet().getStringClaim("name")).isEqualTo("Ada");
    }

    @Test
    void eachCallOfManyOnOneConnectionIsItsOwnEmployees() throws Exception {
        List<String> names = new ArrayList<>();
        List<Future<String>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String name = "Employee " + i % 50;
            names.add(name);
            answers.add(ClientCalls.futureUnaryCall(
                    as(entra.employeeToken().employee(name).issue()).newCall(EchoService.UNARY, options()), "x"));
        }
        for (int i = 0; i < names.size(); i++) {
            String answer = answers.get(i).get(20, TimeUnit.SECONDS);
            assertThat(SignedJWT.parse(answer.substring(answer.indexOf("Bearer ") + 7))
                            .getJWTClaimsSet()
                            .getStringClaim("name"))
                    .isEqualTo(names.get(i));
        }
    }

    @Test
    void aStreamOfTheClientArrives() throws Exception {
        Answers answers = new Answers();
        StreamObserver<String> requests =
                ClientCalls.asyncClientStreamingCall(as(token()).newCall(EchoService.COLLECT, options()), answers);

        for (int i = 0; i < 5; i++) {
            requests.onNext("m" + i);
        }
        requests.onCompleted();

        assertThat(answers.next()).isEqualTo("m0m1m2m3m4");
        assertThat(answers.next()).isEqualTo("completed");
    }

    @Test
    void aStreamOfTheServiceArrives() {
        Iterator<String> answers =
                ClientCalls.blockingServerStreamingCall(as(token()), EchoService.REPEAT, options(), "again ");

        List<String> all = new ArrayList<>();
        answers.forEachRemaining(all::add);

        assertThat(all).hasSize(100).startsWith("again 0").endsWith("again 99");
    }

    @Test
    void bothStreamAtOnceMessageByMessage() throws Exception {
        Answers answers = new Answers();
        StreamObserver<String> requests =
                ClientCalls.asyncBidiStreamingCall(as(token()).newCall(EchoService.CHAT, options()), answers);

        for (int i = 0; i < 10; i++) {
            requests.onNext("q" + i);
            assertThat(answers.next()).isEqualTo("re: q" + i);
        }
        requests.onCompleted();

        assertThat(answers.next()).isEqualTo("completed");
    }

    @Test
    void largeMessagesPassBothWays() {
        String large = "x".repeat(4 << 20);

        assertThat(call(EchoService.UNARY, large, token())).startsWith(large);
    }

    @Test
    void theServicesOwnStatusAndTrailersReachTheClient() {
        StatusRuntimeException failure = failureOf(EchoService.FAIL, "this", token());

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(failure.getStatus().getDescription()).isEqualTo("not like this");
        assertThat(failure.getTrailers().get(EchoService.TRAILER)).isEqualTo("because");
    }

    @Test
    void aCallThatTheClientGivesUpIsCancelledAtTheService() throws Exception {
        Future<String> call = ClientCalls.futureUnaryCall(as(token()).newCall(EchoService.HANG, options()), "x");
        assertThat(service.hanging.await(10, TimeUnit.SECONDS)).isTrue();

        call.cancel(true);

        assertThat(service.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theClientsDeadlineIsTheServicesToo() throws Exception {
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(
                        as(token()), EchoService.HANG, options().withDeadlineAfter(1, TimeUnit.SECONDS), "x"));

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(service.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void withoutATokenTheCallIsUnauthenticatedAndTheServiceHearsNothing() {
        StatusRuntimeException failure = failureOf(EchoService.UNARY, "x", null);

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(service.credentials()).isEmpty();
    }

    @Test
    void aServiceThatIsNotThereIsUnavailable() {
        service.close();

        assertThat(failureOf(EchoService.UNARY, "x", token()).getStatus().getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
    }

    private String token() {
        return entra.employeeToken().issue();
    }

    private String call(MethodDescriptor<String, String> method, String request, String token) {
        return ClientCalls.blockingUnaryCall(as(token), method, options(), request);
    }

    private StatusRuntimeException failureOf(
            MethodDescriptor<String, String> method, String request, @Nullable String token) {
        return catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(as(token), method, options(), request));
    }

    private static CallOptions options() {
        return CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private io.grpc.Channel as(@Nullable String token) {
        if (token == null) {
            return channel;
        }
        Metadata metadata = new Metadata();
        metadata.put(EchoService.AUTHORIZATION, "Bearer " + token);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    /** What comes back, in order. */
    private static final class Answers implements StreamObserver<String> {
        private final BlockingQueue<String> all = new LinkedBlockingQueue<>();

        @Override
        public void onNext(String message) {
            all.add(message);
        }

        @Override
        public void onError(Throwable failure) {
            all.add("failed: " + failure);
        }

        @Override
        public void onCompleted() {
            all.add("completed");
        }

        @Nullable
        String next() throws InterruptedException {
            return all.poll(10, TimeUnit.SECONDS);
        }
    }
}
