package io.obogateway.wire;

import io.obogateway.wire.Message.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A request that the protocol allows and a response to it, made up from a seed: the ordinary beside the odd.
 *
 * @param fields all of them, in their order
 * @param content the pieces in which it is sent, chunks if the request is chunked
 * @param trailers of a chunked request
 * @param expectsContinue the content is sent after 100 (Continue)
 * @param response its bytes
 */
record GeneratedExchange(
        int number,
        String method,
        String target,
        String version,
        List<Field> fields,
        List<String> content,
        boolean chunked,
        List<Field> trailers,
        boolean expectsContinue,
        String response) {

    private static final Set<String> NOT_IN_HTTP2 = Set.of("connection", "keep-alive", "proxy-connection");

    static GeneratedExchange of(int number, long seed) {
        return new Maker(number, new Random(seed + number)).make();
    }

    /** The same without what HTTP/2 does not know, names in its case, one cookie. */
    GeneratedExchange forHttp2() {
        List<Field> kept = new ArrayList<>();
        boolean cookie = false;
        for (Field field : fields) {
            boolean another = cookie && field.is("cookie");
            boolean otherTe = field.is("te") && !field.value().equals("trailers");
            if (!another && !otherTe && !NOT_IN_HTTP2.contains(field.name().toLowerCase(Locale.ROOT))) {
                kept.add(field.lowerCase());
                cookie |= field.is("cookie");
            }
        }
        return new GeneratedExchange(
                number,
                method,
                target.replaceFirst("^http://[^/]*", ""),
                "HTTP/1.1",
                kept,
                content,
                chunked,
                trailers.stream().map(Field::lowerCase).toList(),
                expectsContinue,
                response);
    }

    String head() {
        return method + " " + target + " " + version + "\r\n" + lines(fields) + "\r\n";
    }

    String framedContent() {
        if (!chunked) {
            return String.join("", content);
        }
        return content.stream().map(GeneratedExchange::chunk).collect(Collectors.joining()) + "0;last\r\n"
                + lines(trailers) + "\r\n";
    }

    /** With an extension, a leading zero or capitals, by its length. */
    private static String chunk(String piece) {
        String size = Integer.toHexString(piece.length());
        String line = switch (piece.length() % 4) {
            case 0 -> size + ";name=\"a;b\\\"c\"";
            case 1 -> "00" + size;
            case 2 -> size.toUpperCase(Locale.ROOT);
            default -> size + ";a;b=1";
        };
        return line + "\r\n" + piece + "\r\n";
    }

    private static String lines(List<Field> fields) {
        return fields.stream()
                .map(field -> field.name()
                        + (field.value().length() % 3 == 0 ? ":" : ": ")
                        + field.value()
                        + (field.value().length() % 5 == 0 ? "\t \r\n" : "\r\n"))
                .collect(Collectors.joining());
    }

    /** The dice. */
    private record Maker(int number, Random random) {
        private static final List<String> METHODS = List.of(
                "GET",
                "GET",
                "GET",
                "HEAD",
                "POST",
                "POST",
                "PUT",
                "PATCH",
                "DELETE",
                "OPTIONS",
                "PROPFIND",
                "M-SEARCH",
                "get");
        private static final List<String> SEGMENTS = List.of(
                "people",
                "7",
                "a%20b",
                "%C3%A6%c3%b8",
                "~x",
                "a:b@c",
                "!$&'()*+,=",
                "%2B",
                "...",
                "%7Euser",
                "a.b",
                "-_",
                "%41");
        private static final List<String> QUERIES = List.of(
                "",
                "",
                "?",
                "?a=b&c=d&a=e",
                "?q=%2F..%2F",
                "?url=http://x/../y?z",
                "?a[]=1|2",
                "?%00%ff",
                "?x=;y//z",
                "?a+b");
        private static final List<Field> POOL = List.of(
                new Field("Accept", "text/html, application/json;q=0.9"),
                new Field("Accept", "*/*"),
                new Field("accept-encoding", "gzip, br"),
                new Field("Cookie", "a=1; b=\"x y\"; c="),
                new Field("Cookie", "d=4"),
                new Field("X-Empty", ""),
                new Field("X-Twice", "1"),
                new Field("X-Twice", "2"),
                new Field("x-twice", "3, 4"),
                new Field("X_Under_Score", "kept"),
                new Field("!#$%&'*+-.^_`|~9z", "a name of every kind of character"),
                new Field("X-Latin", "bl\u00e5b\u00e6r \u00ff"),
                new Field("X-Quoted", "\"a, b\\\" ; c\", d=\"\t\""),
                new Field("X-Long", "abcdefghij".repeat(60)),
                new Field("X-Colon", ": :"),
                new Field("User-Agent", "tester/1.0 (odd; legal)"),
                new Field("If-None-Match", "\"e1\", W/\"e2\""),
                new Field("Range", "bytes=0-99,200-"),
                new Field("Origin", "null"),
                new Field("Content-Language", "nb"),
                new Field("Max-Forwards", "3"),
                new Field("Priority", "u=1, i"),
                new Field("Cache-Control", "no-cache"),
                new Field("tracestate", "vendor=1"),
                new Field("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                new Field("baggage", "k=v"),
                new Field("Via", "1.0 front, HTTP/2.0 other (comment)"),
                new Field("X-Forwarded-For", "203.0.113.1"),
                new Field("X-Forwarded-Proto", "gopher"),
                new Field("X-Forwarded-User", "root"),
                new Field("X_Forwarded_Host", "evil"),
                new Field("Forwarded", "for=203.0.113.2"),
                new Field("Authorization", "Bearer of.bad.news"),
                new Field("Proxy-Authorization", "Basic eDp5"),
                new Field("Keep-Alive", "timeout=5"),
                new Field("Proxy-Connection", "keep-alive"),
                new Field("HTTP2-Settings", "AAMAAABk"),
                new Field("TE", "trailers"),
                new Field("TE", "deflate;q=0.5, trailers"),
                new Field("Connection", "X-Twice"),
                new Field("Connection", "keep-alive , x-empty,Authorization"));
        private static final List<String> STATUSES = List.of(
                "200 OK",
                "200 OK",
                "200 OK",
                "200 ",
                "201 Created",
                "202 Accepted",
                "203 Fine, thanks",
                "206 Partial Content",
                "204 No Content",
                "301 Moved",
                "304 Not Modified",
                "307 Elsewhere",
                "400 Bad",
                "401 Unauthorized",
                "404 Not Found",
                "409 Conflict",
                "418 I'm a teapot",
                "422 Nei \u00e5",
                "429 Slow",
                "500 Oops",
                "503 Busy",
                "599 Odd");
        private static final List<Field> ANSWERS = List.of(
                new Field("Set-Cookie", "a=1; Path=/; HttpOnly"),
                new Field("Set-Cookie", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT"),
                new Field("set-cookie", "c=; Max-Age=0"),
                new Field("Date", "Sun, 06 Nov 1994 08:49:37 GMT"),
                new Field("Server", "odd/1"),
                new Field("Content-Type", "application/json"),
                new Field("Content-Encoding", "gzip"),
                new Field("ETag", "W/\"1\""),
                new Field("Location", "../x?y#z"),
                new Field("Vary", "Accept"),
                new Field("Vary", "Origin"),
                new Field("WWW-Authenticate", "Basic realm=\"a, b\", Bearer"),
                new Field("X-Latin", "\u00f8l"),
                new Field("X-Empty", ""),
                new Field("Retry-After", "3"),
                new Field("Warning", "199 - \"x\""),
                new Field("Link", "</a>; rel=preload, </b>"),
                new Field("Via", "1.1 theirs"),
                new Field("Keep-Alive", "timeout=7"),
                new Field("Access-Control-Allow-Origin", "*"),
                new Field("Alt-Svc", "h3=\":443\""),
                new Field("Connection", "X-Empty"));

        GeneratedExchange make() {
            boolean http10 = random.nextInt(6) == 0;
            String method = one(METHODS);
            List<Field> fields = some(POOL, 12);
            List<String> content = new ArrayList<>();
            List<Field> trailers = List.of();
            boolean carries = List.of("POST", "PUT", "PATCH", "PROPFIND").contains(method) || random.nextInt(8) == 0;
            boolean chunked = carries && !http10 && random.nextBoolean();
            boolean expects = carries && !http10 && random.nextInt(5) == 0;
            if (carries) {
                for (int i = random.nextInt(5); i > 0; i--) {
                    content.add(text(1 + random.nextInt(random.nextInt(4) == 0 ? 40_000 : 300)));
                }
                insert(
                        fields,
                        chunked
                                ? new Field("Transfer-Encoding", random.nextBoolean() ? "chunked" : "Chunked")
                                : new Field(
                                        "Content-Length",
                                        Integer.toString(
                                                String.join("", content).length())));
                if (chunked && random.nextBoolean()) {
                    trailers = trailers();
                    insert(fields, new Field("Trailer", "X-Sum"));
                }
                expects &= !content.isEmpty();
                if (expects) {
                    insert(fields, new Field("Expect", random.nextBoolean() ? "100-continue" : "100-Continue"));
                }
            }
            insert(fields, new Field(random.nextBoolean() ? "Host" : "hOST", "shop.example:8080"));
            insert(fields, new Field(RecordingUpstream.CASE, Integer.toString(number)));
            if (http10 && random.nextBoolean() || random.nextInt(10) == 0) {
                insert(fields, new Field("Connection", http10 ? "keep-alive" : "close"));
            }
            return new GeneratedExchange(
                    number,
                    method,
                    target(),
                    http10 ? "HTTP/1.0" : "HTTP/1.1",
                    fields,
                    content,
                    chunked,
                    trailers,
                    expects,
                    method.equals("HEAD") ? headOf(response(http10)) : response(http10));
        }

        /** Without content, and without the one before it. */
        private static String headOf(String response) {
            int begin = response.startsWith("HTTP/1.1 103") ? response.indexOf("\r\n\r\n") + 4 : 0;
            return response.substring(0, response.indexOf("\r\n\r\n", begin) + 4);
        }

        private List<Field> trailers() {
            return List.of(
                    new Field("X-Sum", "1234"),
                    new Field("Authorization", "Bearer late"),
                    new Field("X-Forwarded-For", "203.0.113.9"),
                    new Field("x-sum", "5 6"));
        }

        private String target() {
            StringBuilder path = new StringBuilder(random.nextInt(12) == 0 ? "http://shop.example:8080" : "");
            for (int i = random.nextInt(4); i >= 0; i--) {
                path.append('/').append(one(SEGMENTS));
            }
            return path.append(random.nextInt(5) == 0 ? "/" : "")
                    .append(one(QUERIES))
                    .toString();
        }

        private String response(boolean http10Client) {
            String status = one(STATUSES);
            List<Field> fields = some(ANSWERS, 8);
            String content = random.nextInt(5) == 0 ? "" : text(random.nextInt(random.nextInt(4) == 0 ? 90_000 : 500));
            String early = !http10Client && random.nextInt(8) == 0
                    ? "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nX-Early: 1\r\n\r\n"
                    : "";
            boolean none = status.startsWith("204") || status.startsWith("304");
            if (none) {
                return early + "HTTP/1.1 " + status + "\r\n" + lines(fields) + "\r\n";
            }
            return early
                    + switch (http10Client ? 3 * random.nextInt(2) : random.nextInt(4)) {
                        case 0 -> ended(status, fields, content, new Field("Content-Length", "" + content.length()));
                        case 1 -> chunks(status, fields, content, List.of());
                        case 2 ->
                            chunks(
                                    status,
                                    fields,
                                    content,
                                    List.of(
                                            new Field("X-Sum", "99"),
                                            new Field("Server-Timing", "db;dur=1"),
                                            new Field("X-Sum", "")));
                        default ->
                            (random.nextBoolean() ? "HTTP/1.0 " : "HTTP/1.1 ") + status + "\r\n"
                                    + "Connection: close\r\n" + lines(fields) + "\r\n" + content;
                    };
        }

        private String ended(String status, List<Field> fields, String content, Field framing) {
            insert(fields, framing);
            return "HTTP/1.1 " + status + "\r\n" + lines(fields) + "\r\n" + content;
        }

        private String chunks(String status, List<Field> fields, String content, List<Field> trailers) {
            int cut = content.length() / 3;
            String pieces = content.isEmpty() ? "" : chunk(content.substring(cut));
            return ended(
                    status,
                    fields,
                    (cut == 0 ? "" : chunk(content.substring(0, cut))) + pieces + "000\r\n" + lines(trailers) + "\r\n",
                    new Field("Transfer-Encoding", "chunked"));
        }

        private String one(List<String> of) {
            return of.get(random.nextInt(of.size()));
        }

        /** In an order of their own. */
        private List<Field> some(List<Field> of, int atMost) {
            List<Field> some = new ArrayList<>();
            for (int i = random.nextInt(atMost + 1); i > 0; i--) {
                Field next = of.get(random.nextInt(of.size()));
                if (!some.contains(next)) {
                    insert(some, next);
                }
            }
            return some;
        }

        private void insert(List<Field> into, Field field) {
            into.add(random.nextInt(into.size() + 1), field);
        }

        /** Any byte, not only those of text. */
        private String text(int length) {
            StringBuilder text = new StringBuilder(length);
            for (int i = 0; i < length; i++) {
                text.append((char) random.nextInt(256));
            }
            return text.toString();
        }
    }
}
