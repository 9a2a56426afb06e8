package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.route.Upstream;
import io.obogateway.server.GatewayServer;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The JDK's WebSocket client is understood through the gateway by Netty's server and, over HTTP/2, by Jetty's. */
@ParameterizedClass
@EnumSource(Upstream.Protocol.class)
class WebSocketEchoTest {
    private static final int MIB = 1 << 20;
    private static final int MESSAGES = 8;

    private final AutoCloseable echo;
    private final GatewayServer gateway;
    private final Heard heard = new Heard();

    WebSocketEchoTest(Upstream.Protocol protocol) throws Exception {
        if (protocol == Upstream.Protocol.HTTP2) {
            JettyEcho jetty = new JettyEcho();
            echo = jetty;
            gateway = TestGateway.patient(TestGateway.http2(jetty.url(), 0));
        } else {
            EchoServer netty = new EchoServer(null);
            echo = netty;
            gateway = TestGateway.patient("http://127.0.0.1:" + netty.port());
        }
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        echo.close();
    }

    private WebSocket connect() {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("echo", "other")
                .buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + "/chat"), heard)
                .join();
    }

    @Test
    void textPingPongAndCloseArriveAsTheyWereSent() {
        WebSocket socket = connect();
        assertThat(socket.getSubprotocol()).isEqualTo("echo");

        socket.sendText("blåbær", true).join();
        assertThat(heard.next()).isEqualTo("ping");
        assertThat(heard.next()).isEqualTo("text blåbær");
        socket.sendPing(ByteBuffer.wrap(new byte[] {1, 2, 3})).join();
        assertThat(heard.next()).isEqualTo("pong 3");
        socket.sendClose(4711, "that was it").join();

        assertThat(heard.next()).isEqualTo("close 4711 that was it");
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void largeMessagesArriveWhole() {
        WebSocket socket = connect();
        byte[] message = new byte[MIB];
        new Random(1).nextBytes(message);
        for (int i = 0; i < MESSAGES; i++) {
            socket.sendBinary(ByteBuffer.wrap(message), true).join();
        }
        for (int i = 0; i < MESSAGES; i++) {
            assertThat(heard.next()).isEqualTo("ping");
            assertThat(heard.next()).isEqualTo("binary " + MIB + " " + Arrays.hashCode(message));
        }
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        assertThat(heard.next()).isEqualTo("close 1000 ");
    }

    @Test
    void aGatewayThatStopsSaysSoToTheClient() {
        connect();
        gateway.close();

        assertThat(heard.next()).isEqualTo("close 1001 the gateway is stopping");
    }

    /** What arrived, one line each. */
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

        String next() {
            try {
                String line = lines.poll(20, TimeUnit.SECONDS);
                if (line == null) {
                    throw new AssertionError("nothing arrived");
                }
                return line;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                lines.add("text " + text);
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            binary.writeBytes(bytes);
            if (last) {
                lines.add("binary " + binary.size() + " " + Arrays.hashCode(binary.toByteArray()));
                binary.reset();
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer data) {
            lines.add("ping");
            return WebSocket.Listener.super.onPing(socket, data);
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
            lines.add("pong " + data.remaining());
            return WebSocket.Listener.super.onPong(socket, data);
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            lines.add("close " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            lines.add("error " + error);
        }
    }
}
