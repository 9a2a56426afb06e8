package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.server.GatewayServer;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.ClientConnectionFactoryOverHTTP2;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.Test;

/** Jetty's client opens WebSockets over HTTP/2 (RFC 8441) to services of either protocol. */
class JettyClientTest {
    private static final int MIB = 1 << 20;
    private static final int MESSAGES = 8;

    @Test
    void aServiceThatSpeaksHttp2UnderstandsIt() throws Exception {
        try (JettyEcho echo = new JettyEcho();
                GatewayServer gateway = TestGateway.patientHttp2(echo.url())) {
            assertThat(converse(gateway)).startsWith("permessage-deflate");
        }
    }

    @Test
    void aServiceThatSpeaksHttp1UnderstandsIt() throws Exception {
        try (EchoServer echo = new EchoServer(null);
                GatewayServer gateway = TestGateway.patient("http://127.0.0.1:" + echo.port())) {
            assertThat(converse(gateway)).isEmpty();
        }
    }

    /** Opens one, hears what was said, closes it. Returns the extensions that the ends have agreed on. */
    private static String converse(GatewayServer gateway) throws Exception {
        ClientConnector connector = new ClientConnector();
        HTTP2Client http2 = new HTTP2Client(connector);
        HttpClient http = new HttpClient(
                new HttpClientTransportDynamic(connector, new ClientConnectionFactoryOverHTTP2.HTTP2(http2)));
        WebSocketClient client = new WebSocketClient(http);
        client.setMaxBinaryMessageSize(2 * MIB);
        client.start();
        try {
            Heard heard = new Heard();
            ClientUpgradeRequest request =
                    new ClientUpgradeRequest(URI.create("ws://127.0.0.1:" + gateway.port() + "/chat"));
            request.setSubProtocols("echo", "other");
            request.addExtensions("permessage-deflate");
            Session session = client.connect(heard, request).get(20, TimeUnit.SECONDS);
            assertThat(session.getUpgradeResponse().getAcceptedSubProtocol()).isEqualTo("echo");

            session.sendText("blåbær", Callback.NOOP);
            assertThat(heard.next()).isEqualTo("text blåbær");
            byte[] message = new byte[MIB];
            new Random(1).nextBytes(message);
            for (int i = 0; i < MESSAGES; i++) {
                session.sendBinary(ByteBuffer.wrap(message), Callback.NOOP);
                assertThat(heard.next()).isEqualTo("binary " + MIB + " " + Arrays.hashCode(message));
            }
            session.close(4711, "that was it", Callback.NOOP);
            assertThat(heard.next()).isEqualTo("close 4711 that was it");
            Gauge.inFlight(gateway).becomes(0);
            return Objects.requireNonNullElse(session.getUpgradeResponse().getHeader("Sec-WebSocket-Extensions"), "");
        } finally {
            client.stop();
        }
    }

    /** What arrived, one line each; public because Jetty finds its methods by reflection. */
    public static final class Heard implements Session.Listener.AutoDemanding {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return Objects.requireNonNull(lines.poll(20, TimeUnit.SECONDS), "nothing arrived");
        }

        @Override
        public void onWebSocketText(String message) {
            lines.add("text " + message);
        }

        @Override
        public void onWebSocketBinary(ByteBuffer message, Callback callback) {
            byte[] bytes = new byte[message.remaining()];
            message.get(bytes);
            lines.add("binary " + bytes.length + " " + Arrays.hashCode(bytes));
            callback.succeed();
        }

        @Override
        public void onWebSocketClose(int code, String reason, Callback callback) {
            lines.add("close " + code + " " + reason);
            callback.succeed();
        }

        @Override
        public void onWebSocketError(Throwable cause) {
            lines.add("error " + cause);
        }
    }
}
