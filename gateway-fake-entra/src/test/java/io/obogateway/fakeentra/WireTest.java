package io.obogateway.fakeentra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How answers reach the wire, seen from a raw socket where a client would hide it. */
@ExtendWith(FakeEntraExtension.class)
class WireTest {
    private static final String SCOPE = "api://x/.default";

    private final FakeEntra entra;
    private final Client client;

    WireTest(FakeEntra entra) {
        this.entra = entra;
        this.client = new Client(entra);
    }

    /** Sends one token request (which is refused, being empty, unless a script answers) and leaves the socket open. */
    private Socket send() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), entra.port());
        socket.setSoTimeout(10_000);
        write(socket);
        return socket;
    }

    private void write(Socket socket) throws IOException {
        String path = entra.tokenUrl().substring(entra.tokenUrl().indexOf('/', 8));
        String request = "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: 3\r\n\r\na=b";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads until the text ends so. */
    private static String readUntil(Socket socket, String end) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith(end)) {
            int c = in.read();
            if (c < 0) {
                return text.toString();
            }
            text.append((char) c);
        }
        return text.toString();
    }

    @Test
    void connectionCarriesManyRequests() throws Exception {
        int before = entra.connections();
        try (Socket socket = send()) {
            assertThat(readUntil(socket, "}")).startsWith("HTTP/1.1 400 ");
            write(socket);
            assertThat(readUntil(socket, "}")).startsWith("HTTP/1.1 400 ");
        }
        assertThat(entra.connections()).isEqualTo(before + 1);
    }

    @Test
    void hangingAnswerNeverBegins() throws Exception {
        entra.whenAny().answer(Answer.hanging());
        try (Socket socket = send()) {
            entra.awaitTokenRequests(1, Duration.ofSeconds(10));
            socket.setSoTimeout(100);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void stuckAnswerStopsInItsBody() throws Exception {
        entra.whenAny().answer(Answer.json(200, "0123456789").stuckMidBody());
        try (Socket socket = send()) {
            assertThat(readUntil(socket, "\r\n\r\n01234")).contains("Content-Length: 10");
            socket.setSoTimeout(100);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void drippedAnswerArrivesByteByByte() throws Exception {
        entra.whenAny().answer(Answer.json(200, "0123456789").dripped(Duration.ofMillis(20)));
        long start = System.nanoTime();
        try (Socket socket = send()) {
            assertThat(readUntil(socket, "9")).endsWith("\r\n\r\n0123456789");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(190));
    }

    @Test
    void resetAnswerEndsInATcpReset() throws Exception {
        entra.whenAny().answer(Answer.json(200, "0123456789").resetMidBody());
        try (Socket socket = send()) {
            assertThatThrownBy(() -> readUntil(socket, "never")).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void cutAnswerEndsEarly() throws Exception {
        entra.whenAny().answer(Answer.json(200, "0123456789").cutMidBody());
        try (Socket socket = send()) {
            assertThat(readUntil(socket, "never")).endsWith("\r\n\r\n01234");
        }
    }

    @Test
    void closedConnectionHasNoAnswer() throws Exception {
        entra.whenAny().answer(Answer.closed());
        try (Socket socket = send()) {
            assertThat(readUntil(socket, "never")).isEmpty();
        }
    }

    @Test
    void chunkedAnswerIsWhole() throws Exception {
        entra.whenAny().answer(Answer.success().chunked());
        Map<String, String> form = client.exchange(entra.employeeToken().issue(), SCOPE);

        HttpResponse<String> response = client.post(form);

        assertThat(response.headers().firstValue("transfer-encoding")).hasValue("chunked");
        assertThat(Client.token(response).getAudience()).containsExactly("api://x");
    }

    @Test
    void oversizedAnswerHasTheSizeAskedFor() throws Exception {
        entra.whenAny().answer(Answer.oversized(10_000_000));

        assertThat(client.post(Map.of("a", "b")).body()).hasSizeGreaterThan(10_000_000);
    }

    @Test
    void redirectNamesItsTarget() throws Exception {
        entra.whenAny().answer(Answer.redirect(307, "http://127.0.0.1:1/elsewhere"));

        HttpResponse<String> response = client.post(Map.of("a", "b"));

        assertThat(response.statusCode()).isEqualTo(307);
        assertThat(response.headers().firstValue("location")).hasValue("http://127.0.0.1:1/elsewhere");
    }

    @Test
    void closeEndsHangingConnections() throws Exception {
        FakeEntra other = FakeEntra.start();
        other.keysAnswer(Answer.hanging());
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), other.port())) {
            socket.setSoTimeout(10_000);
            String path = other.jwksUrl().substring(other.jwksUrl().indexOf('/', 8));
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            other.close();
            assertThatThrownBy(() -> {
                        if (socket.getInputStream().read() < 0) {
                            throw new SocketException("closed");
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void nonsenseOnlyCostsItsConnection() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), entra.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("nonsense\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(client.get(entra.jwksUrl()).statusCode()).isEqualTo(200);
    }
}
