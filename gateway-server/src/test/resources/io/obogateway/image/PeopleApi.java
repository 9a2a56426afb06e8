import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Answers with the header fields that it was sent, one a line. Run from source, in a container of its own. */
void main() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
    server.createContext("/", exchange -> {
        try (exchange) {
            var fields = new StringBuilder();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> values.forEach(
                            value -> fields.append(name).append(": ").append(value).append('\n')));
            byte[] body = fields.toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    });
    server.start();
}
