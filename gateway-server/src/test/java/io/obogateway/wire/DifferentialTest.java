package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.server.GatewayServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The same made-up exchanges directly with a service and through the gateway: but for {@link DocumentedDifferences}, the
 * service sees the same requests, field by field, and the client gets the same responses.
 */
class DifferentialTest {
    private static final int EXCHANGES = 500;
    private static final int WINDOW = 65_535;
    private static final int FRAME = 16 * 1024;
    private static final long SEED = 20_261_121;

    private RecordingUpstream upstream;
    private GatewayServer gateway;
    private @Nullable RawConnection kept;

    /** A final response and those before it. */
    private record Got(List<Message> interim, Message response) {}

    @BeforeEach
    void start() {
        upstream = new RecordingUpstream();
        gateway = TestGateway.patient(upstream.url());
    }

    @AfterEach
    void stop() {
        if (kept != null) {
            kept.close();
        }
        gateway.close();
        upstream.close();
    }

    /** One exchange on both ways. */
    private interface Comparison {
        void of(GeneratedExchange exchange, SoftAssertions softly, String description) throws Exception;
    }

    @Test
    void theGatewayChangesNothingButWhatIsDocumented() throws Exception {
        compareAll(this::compare);
    }

    @Test
    void norForAClientThatSpeaksHttp2() throws Exception {
        compareAll(this::compareHttp2);
    }

    @Test
    void norForAServiceThatSpeaksHttp2() throws Exception {
        try (RecordingHttp2Upstream service = new RecordingHttp2Upstream();
                GatewayServer before = TestGateway.patient(TestGateway.http2(service.url(), 0))) {
            compareAll((exchange, softly, description) ->
                    compareWithHttp2Service(exchange, softly, description, service, before));
        }
    }

    private void compareAll(Comparison comparison) throws Exception {
        SoftAssertions softly = new SoftAssertions();
        for (int number = 0; number < EXCHANGES && softly.errorsCollected().size() < 5; number++) {
            GeneratedExchange exchange = GeneratedExchange.of(number, SEED);
            upstream.answer(number, exchange.response());
            String description = "exchange " + number + ":\n" + exchange.head() + "\n" + head(exchange.response());
            try {
                comparison.of(exchange, softly, description);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(description, e);
            }
        }
        softly.assertAll();
    }

    private void compare(GeneratedExchange exchange, SoftAssertions softly, String description) throws Exception {
        Got direct;
        try (RawConnection connection = RawConnection.to(upstream.port())) {
            direct = exchange(connection, exchange);
        }
        Message seenDirectly = upstream.next();

        RawConnection connection = kept == null ? RawConnection.to(gateway.port()) : kept;
        kept = null;
        Got got = exchange(connection, exchange);
        Message seen = upstream.next();
        if (got.response().persists() && seenDirectly.persists()) {
            kept = connection;
        } else {
            assertThat(connection.closedByPeer())
                    .as("closed behind the response")
                    .isTrue();
            connection.close();
        }

        DocumentedDifferences.assertOurs(seen, exchange, exchange.version().substring(5), upstream.port());
        softly.assertThat(DocumentedDifferences.ofRequest(seen, exchange.fields()))
                .as("%s\nthe request", description)
                .isEqualTo(DocumentedDifferences.ofRequest(seenDirectly, exchange.fields()));
        softly.assertThat(DocumentedDifferences.ofResponse(got.response(), direct.response()))
                .as("%s\nthe response", description)
                .isEqualTo(DocumentedDifferences.ofResponse(direct.response(), direct.response()));
        softly.assertThat(interim(got, direct)).as("%s\ninterim", description).isEqualTo(interim(direct, direct));
    }

    private void compareHttp2(GeneratedExchange generated, SoftAssertions softly, String description) throws Exception {
        GeneratedExchange exchange = generated.forHttp2();
        if (String.join("", exchange.content()).length() > WINDOW) {
            return; // would have to wait for the window
        }
        Got direct;
        try (RawConnection connection = RawConnection.to(upstream.port())) {
            direct = exchange(connection, exchange);
        }
        Message seenDirectly = upstream.next();
        Message got;
        try (Http2Connection connection = Http2Connection.to(gateway.port())) {
            got = exchange(connection, exchange);
        }
        Message seen = upstream.next();

        DocumentedDifferences.assertOurs(seen, exchange, "2.0", upstream.port());
        softly.assertThat(DocumentedDifferences.lengthLast(DocumentedDifferences.ofRequest(seen, exchange.fields())))
                .as("%s\nthe request", description)
                .isEqualTo(DocumentedDifferences.lengthLast(
                        DocumentedDifferences.ofRequest(seenDirectly, exchange.fields())));
        softly.assertThat(DocumentedDifferences.inHttp2(DocumentedDifferences.ofResponse(got, direct.response())))
                .as("%s\nthe response", description)
                .isEqualTo(DocumentedDifferences.inHttp2(
                        DocumentedDifferences.ofResponse(direct.response(), direct.response())));
    }

    private void compareWithHttp2Service(
            GeneratedExchange exchange,
            SoftAssertions softly,
            String description,
            RecordingHttp2Upstream service,
            GatewayServer before)
            throws Exception {
        Got direct;
        try (RawConnection connection = RawConnection.to(upstream.port())) {
            direct = exchange(connection, exchange);
        }
        Message seenDirectly = upstream.next();
        List<Message> answers = new ArrayList<>();
        for (Message answer : direct.interim()) {
            if (answer.status() != 100) { // that one is the gateway's
                answers.add(DocumentedDifferences.saidInHttp2(answer));
            }
        }
        answers.add(DocumentedDifferences.saidInHttp2(direct.response()));
        service.answer(exchange.number(), answers);
        Got got;
        try (RawConnection connection = RawConnection.to(before.port())) {
            got = exchange(connection, exchange);
        }
        Message seen = service.next();

        DocumentedDifferences.assertOurs(seen, exchange, exchange.version().substring(5), service.port());
        softly.assertThat(DocumentedDifferences.lengthLast(DocumentedDifferences.ofRequest(seen, exchange.fields())))
                .as("%s\nthe request", description)
                .isEqualTo(DocumentedDifferences.lengthLast(DocumentedDifferences.requestInHttp2(
                        DocumentedDifferences.ofRequest(seenDirectly, exchange.fields()))));
        softly.assertThat(DocumentedDifferences.lengthLast(DocumentedDifferences.inHttp2(
                        DocumentedDifferences.ofResponse(got.response(), direct.response()))))
                .as("%s\nthe response", description)
                .isEqualTo(DocumentedDifferences.lengthLast(DocumentedDifferences.inHttp2(
                        DocumentedDifferences.ofResponse(direct.response(), direct.response()))));
        softly.assertThat(inHttp2(interim(got, direct)))
                .as("%s\ninterim", description)
                .isEqualTo(inHttp2(interim(direct, direct)));
    }

    private static Message exchange(Http2Connection connection, GeneratedExchange exchange) {
        List<String> more = new ArrayList<>(List.of(
                ":method",
                exchange.method(),
                ":scheme",
                "http",
                ":authority",
                "shop.example:8080",
                ":path",
                exchange.target()));
        for (Message.Field field : exchange.fields()) {
            if (!field.is("host") && !field.is("transfer-encoding")) {
                more.addAll(List.of(field.name(), field.value()));
            }
        }
        String content = String.join("", exchange.content());
        connection.allow(0, 1 << 20).headers(1, content.isEmpty() && !exchange.chunked(), more.toArray(String[]::new));
        connection.allow(1, 1 << 20);
        boolean trailers = !exchange.trailers().isEmpty();
        for (int begin = 0; begin < content.length(); begin += FRAME) {
            int end = Math.min(begin + FRAME, content.length());
            connection.data(1, end == content.length() && !trailers, content.substring(begin, end));
        }
        if (trailers) {
            connection.headers(1, true, pairs(exchange.trailers()));
        } else if (content.isEmpty() && exchange.chunked()) {
            connection.data(1, true, "");
        }
        Http2Connection.Response response = connection.response(1);
        assertThat(response.reset()).as("RST_STREAM").isEqualTo(-1);
        List<Message.Field> fields = fields(response.head());
        return new Message(
                "HTTP/2.0 " + fields.get(0).value(),
                fields.subList(1, fields.size()),
                response.body.toString(StandardCharsets.ISO_8859_1),
                fields(response.trailers()));
    }

    private static String[] pairs(List<Message.Field> fields) {
        return fields.stream()
                .flatMap(field -> Stream.of(field.name(), field.value()))
                .toArray(String[]::new);
    }

    private static List<Message.Field> fields(String head) {
        return head.lines()
                .map(line -> {
                    int colon = line.indexOf(": ", 1);
                    return new Message.Field(line.substring(0, colon), line.substring(colon + 2));
                })
                .toList();
    }

    private static List<Message> interim(Got got, Got direct) {
        return got.interim().stream()
                .map(message -> DocumentedDifferences.ofResponse(message, direct.response()))
                .toList();
    }

    private static List<Message> inHttp2(List<Message> messages) {
        return messages.stream().map(DocumentedDifferences::inHttp2).toList();
    }

    /** Sends the request, its content when it is asked for, and reads up to the end of the final response. */
    private static Got exchange(RawConnection connection, GeneratedExchange exchange) {
        List<Message> interim = new ArrayList<>();
        connection.send(exchange.head());
        if (exchange.expectsContinue()) {
            interim.add(Message.head(connection));
        }
        connection.send(exchange.framedContent());
        Message head = Message.head(connection);
        for (; head.status() < 200; head = Message.head(connection)) {
            interim.add(head);
        }
        return new Got(interim, head.response(connection, exchange.method()));
    }

    private static String head(String response) {
        return response.substring(0, response.indexOf("\r\n\r\n"));
    }
}
