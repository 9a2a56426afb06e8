package io.obogateway.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;

/** What {@link EchoServer} is, with Jetty's WebSockets over HTTP/2 in plain text (RFC 8441). */
final class JettyEcho implements AutoCloseable {
    private static final int MAX_MESSAGE = 2 << 20;

    private final Server server = new Server();
    private final ServerConnector listening =
            new ServerConnector(server, new HTTP2CServerConnectionFactory(new HttpConfiguration()));

    JettyEcho() throws Exception {
        listening.setHost("127.0.0.1");
        server.addConnector(listening);
        server.setHandler(WebSocketUpgradeHandler.from(server, JettyEcho::configure));
        server.start();
    }

    private static void configure(ServerWebSocketContainer container) {
        container.setMaxBinaryMessageSize(MAX_MESSAGE);
        container.addMapping("/chat", (request, response, callback) -> {
            response.setAcceptedSubProtocol("echo");
            return new Echo();
        });
    }

    String url() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** One session; public because Jetty finds its methods by reflection. */
    public static final class Echo implements Session.Listener.AutoDemanding {
        private @Nullable Session session;

        @Override
        public void onWebSocketOpen(Session opened) {
            session = opened;
        }

        private Session pinged() {
            Session to = Objects.requireNonNull(session);
            to.sendPing(ByteBuffer.wrap("are you there".getBytes(StandardCharsets.US_ASCII)), Callback.NOOP);
            return to;
        }

        @Override
        public void onWebSocketText(String message) {
            pinged().sendText(message, Callback.NOOP);
        }

        @Override
        public void onWebSocketBinary(ByteBuffer message, Callback callback) {
            pinged().sendBinary(message, callback);
        }
    }
}
