package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.wire.Message.Field;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * All that the gateway changes in a message, in one place: what both ends may see differently from each other because it
 * stands between them ({@code docs/life-of-a-request.md}). Whatever is not here is the same, and in the same order.
 */
final class DocumentedDifferences {
    /** Of one hop only, in either direction (RFC 9110, 7.6.1); and framing, which each hop has its own. */
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade");
    /** Of a request: never passed on, or the gateway's own. */
    private static final Set<String> OF_REQUESTS = Set.of(
            "host", "authorization", "proxy-authorization", "expect", "http2-settings", "forwarded", "traceparent");
    /** A trailer says nothing that a check has looked at. */
    private static final Set<String> NEVER_TRAILERS =
            Set.of("cookie", "content-length", "content-type", "content-encoding", "content-range", "via");

    private DocumentedDifferences() {}

    /**
     * What is the same in a request on either way: the version is always 1.1 and the target in origin-form.
     *
     * @param sentBy what the client sent: its fields say what belongs to the hop
     */
    static Message ofRequest(Message seen, List<Field> sentBy) {
        Set<String> dropped = named(sentBy);
        List<Field> fields = new ArrayList<>();
        for (Field field : seen.fields()) {
            if (!isOfTheRequestsHop(field, dropped) && !isOurVia(field)) {
                fields.add(field);
            }
        }
        List<Field> trailers = seen.trailers().stream()
                .filter(field -> !isOfTheRequestsHop(field, dropped)
                        && !NEVER_TRAILERS.contains(field.name().toLowerCase(Locale.ROOT)))
                .toList();
        String start =
                seen.start().replaceFirst(" http://shop\\.example:8080/", " /").replaceFirst(" HTTP/1\\.[01]$", "");
        return new Message(start, fields, seen.content(), trailers);
    }

    /** What the gateway says in a request, beside what the client does. */
    static void assertOurs(Message seen, GeneratedExchange sent, String version, int upstreamPort) {
        assertThat(seen.start()).endsWith(" HTTP/1.1");
        assertThat(seen.values("host")).containsExactly("127.0.0.1:" + upstreamPort);
        assertThat(seen.values("x-forwarded-for")).containsExactly("127.0.0.1");
        assertThat(seen.values("x-forwarded-proto")).containsExactly("http");
        assertThat(seen.values("x-forwarded-host")).containsExactly("shop.example:8080");
        assertThat(seen.values("via")).last().isEqualTo(version + " obo-gateway");
        assertThat(seen.values("authorization")).isEmpty();
        List<String> traceparent = seen.values("traceparent");
        assertThat(traceparent).hasSize(1);
        for (Field field : sent.fields()) {
            if (field.is("traceparent")) {
                assertThat(traceparent).containsExactly(field.value());
            }
        }
        boolean trailers = sent.fields().stream().anyMatch(field -> field.is("te"));
        assertThat(seen.values("te")).isEqualTo(trailers ? List.of("trailers") : List.of());
    }

    /** What is the same in a response on either way: of the status line all but the version. */
    static Message ofResponse(Message got, Message direct) {
        Set<String> dropped = named(direct.fields());
        List<Field> fields = got.fields().stream()
                .filter(field -> !isOfTheHop(field, dropped) && !isOurVia(field))
                .toList();
        return new Message(got.start().substring(9), fields, got.content(), got.trailers());
    }

    /** In HTTP/2 a length is framing that whoever reads it says anew: the number is the same, its place the last. */
    static Message lengthLast(Message request) {
        List<Field> fields = new ArrayList<>(request.fields());
        fields.sort(Comparator.comparing(field -> field.is("content-length")));
        return new Message(request.start(), fields, request.content(), request.trailers());
    }

    /** A request as a service sees it that speaks HTTP/2: names in lower case. */
    static Message requestInHttp2(Message request) {
        return new Message(
                request.start(),
                request.fields().stream().map(Field::lowerCase).toList(),
                request.content(),
                request.trailers().stream().map(Field::lowerCase).toList());
    }

    /** What a service that speaks HTTP/2 may say of it: nothing of a connection. */
    static Message saidInHttp2(Message response) {
        Set<String> dropped = named(response.fields());
        List<Field> fields = response.fields().stream()
                .filter(field -> !isOfTheHop(field, dropped))
                .toList();
        return new Message(response.start(), fields, response.content(), response.trailers());
    }

    /** What an HTTP/2 client is told of it: no reason, names in lower case. */
    static Message inHttp2(Message response) {
        return new Message(
                response.start().substring(0, 3),
                response.fields().stream().map(Field::lowerCase).toList(),
                response.content(),
                response.trailers().stream().map(Field::lowerCase).toList());
    }

    private static boolean isOfTheHop(Field field, Set<String> dropped) {
        String name = field.name().toLowerCase(Locale.ROOT);
        return HOP_BY_HOP.contains(name) || dropped.contains(name);
    }

    private static boolean isOfTheRequestsHop(Field field, Set<String> dropped) {
        String name = field.name().toLowerCase(Locale.ROOT);
        return isOfTheHop(field, dropped)
                || OF_REQUESTS.contains(name)
                || name.replace('_', '-').startsWith("x-forwarded-");
    }

    private static boolean isOurVia(Field field) {
        return field.is("via") && field.value().endsWith(" obo-gateway");
    }

    private static Set<String> named(List<Field> fields) {
        Set<String> named = new HashSet<>();
        for (Field field : fields) {
            if (field.is("connection")) {
                for (String option : field.value().split(",", -1)) {
                    named.add(option.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        return named;
    }
}
