package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.server.GatewayServer;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void theGatewayChangesNothingButWhatIsDocumented() throws Exception {
        SoftAssertions softly = new SoftAssertions();
        for (int number = 0; number < EXCHANGES && softly.errorsCollected().size() < 5; number++) {
            GeneratedExchange exchange = GeneratedExchange.of(number, SEED);
            upstream.answer(number, exchange.response());
            String description = "exchange " + number + ":\n" + exchange.head() + "\n" + head(exchange.response());
            try {
                compare(exchange, softly, description);
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

        DocumentedDifferences.assertOurs(seen, exchange, upstream.port());
        softly.assertThat(DocumentedDifferences.ofRequest(seen, exchange.fields()))
                .as("%s\nthe request", description)
                .isEqualTo(DocumentedDifferences.ofRequest(seenDirectly, exchange.fields()));
        softly.assertThat(DocumentedDifferences.ofResponse(got.response(), direct.response(), true))
                .as("%s\nthe response", description)
                .isEqualTo(DocumentedDifferences.ofResponse(direct.response(), direct.response(), true));
        softly.assertThat(interim(got, direct)).as("%s\ninterim", description).isEqualTo(interim(direct, direct));
    }

    private static List<Message> interim(Got got, Got direct) {
        return got.interim().stream()
                .map(message -> DocumentedDifferences.ofResponse(message, direct.response(), true))
                .toList();
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
