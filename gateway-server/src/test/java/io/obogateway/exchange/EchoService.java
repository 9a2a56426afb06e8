package io.obogateway.exchange;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A gRPC service with a method of each kind, which echoes, and remembers every credential it was sent. */
final class EchoService implements AutoCloseable {
    static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    static final Metadata.Key<String> TRAILER = Metadata.Key.of("x-trailer", Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<String> CREDENTIAL = Context.key("credential");

    static final MethodDescriptor<String, String> UNARY = method("Unary", MethodType.UNARY);
    static final MethodDescriptor<String, String> COLLECT = method("Collect", MethodType.CLIENT_STREAMING);
    static final MethodDescriptor<String, String> REPEAT = method("Repeat", MethodType.SERVER_STREAMING);
    static final MethodDescriptor<String, String> CHAT = method("Chat", MethodType.BIDI_STREAMING);
    static final MethodDescriptor<String, String> FAIL = method("Fail", MethodType.UNARY);
    static final MethodDescriptor<String, String> HANG = method("Hang", MethodType.UNARY);

    private final Server server;
    private final Queue<String> credentials = new ConcurrentLinkedQueue<>();
    final CountDownLatch cancelled = new CountDownLatch(1);
    final CountDownLatch hanging = new CountDownLatch(1);

    EchoService() {
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .addService(ServerServiceDefinition.builder("echo.Echo")
                            .addMethod(UNARY, ServerCalls.asyncUnaryCall(EchoService::unary))
                            .addMethod(COLLECT, ServerCalls.asyncClientStreamingCall(EchoService::collect))
                            .addMethod(REPEAT, ServerCalls.asyncServerStreamingCall(EchoService::repeat))
                            .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(EchoService::chat))
                            .addMethod(FAIL, ServerCalls.asyncUnaryCall(EchoService::fail))
                            .addMethod(HANG, ServerCalls.asyncUnaryCall(this::hang))
                            .build())
                    .intercept(new Credentials())
                    .maxInboundMessageSize(16 << 20)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getPort();
    }

    List<String> credentials() {
        return List.copyOf(credentials);
    }

    private static void unary(String request, StreamObserver<String> response) {
        response.onNext(request + " by " + CREDENTIAL.get());
        response.onCompleted();
    }

    private static StreamObserver<String> collect(StreamObserver<String> response) {
        StringBuilder all = new StringBuilder();
        return observer(all::append, () -> {
            response.onNext(all.toString());
            response.onCompleted();
        });
    }

    private static void repeat(String request, StreamObserver<String> response) {
        for (int i = 0; i < 100; i++) {
            response.onNext(request + i);
        }
        response.onCompleted();
    }

    private static StreamObserver<String> chat(StreamObserver<String> response) {
        return observer(message -> response.onNext("re: " + message), response::onCompleted);
    }

    private static void fail(String request, StreamObserver<String> response) {
        Metadata trailers = new Metadata();
        trailers.put(TRAILER, "because");
        response.onError(Status.FAILED_PRECONDITION
                .withDescription("not like " + request)
                .asRuntimeException(trailers));
    }

    private void hang(String request, StreamObserver<String> response) {
        ((ServerCallStreamObserver<String>) response).setOnCancelHandler(cancelled::countDown);
        hanging.countDown();
    }

    private static StreamObserver<String> observer(java.util.function.Consumer<String> next, Runnable completed) {
        return new StreamObserver<>() {
            @Override
            public void onNext(String message) {
                next.accept(message);
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {
                completed.run();
            }
        };
    }

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.<String, String>newBuilder()
                .setFullMethodName("echo.Echo/" + name)
                .setType(type)
                .setRequestMarshaller(new Text())
                .setResponseMarshaller(new Text())
                .build();
    }

    /** Messages are their text. */
    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Remembers who was said to be calling. */
    private final class Credentials implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            String credential = String.valueOf(headers.get(AUTHORIZATION));
            credentials.add(credential);
            return Contexts.interceptCall(Context.current().withValue(CREDENTIAL, credential), call, headers, next);
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
