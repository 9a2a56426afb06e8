package io.obogateway.exchange;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.obogateway.fakeentra.FakeEntra;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A downstream API that does what it should: it takes tokens of the provider only, issued for itself, and answers who the
 * employee is. Now and then it refuses a good token, with a claims challenge or without. Quick enough for very many
 * requests.
 */
final class ValidatingApi implements AutoCloseable {
    private static final String CLAIMS = "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1\"}}}";
    private static final String CHALLENGE = "WWW-Authenticate: Bearer error=\"insufficient_claims\", claims=\""
            + Base64.getEncoder().encodeToString(CLAIMS.getBytes(StandardCharsets.UTF_8)) + "\"\r\n";

    private final ServerSocket listener;
    private final Map<String, RSASSAVerifier> keys = new ConcurrentHashMap<>();
    private final Map<String, JWTClaimsSet> genuine = new ConcurrentHashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "validating-api");
        thread.setDaemon(true);
        return thread;
    });
    final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    final AtomicInteger served = new AtomicInteger();
    final AtomicInteger plainRefusals = new AtomicInteger();
    final AtomicInteger challenges = new AtomicInteger();

    ValidatingApi(FakeEntra entra) {
        try {
            for (var key : JWKSet.load(URI.create(entra.jwksUrl()).toURL()).getKeys()) {
                keys.put(key.getKeyID(), new RSASSAVerifier((RSAKey) key));
            }
            listener = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ParseException | JOSEException e) {
            throw new AssertionError(e);
        }
        threads.execute(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                threads.execute(() -> serve(socket));
            }
        } catch (IOException closed) {
            // by close()
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                String length = field(head, "content-length");
                in.skipNBytes(length.isEmpty() ? 0 : Long.parseLong(length));
                socket.getOutputStream().write(answer(head).getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException left) {
            // the gateway closes connections as it likes
        } finally {
            open.remove(socket);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder(2048);
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            int end = head.length();
            if (next == '\n' && end >= 4 && head.charAt(end - 3) == '\n') {
                return head.toString();
            }
        }
        return "";
    }

    /** The value of a field, several of them with " AND " between; empty: there is none. */
    private static String field(String head, String name) {
        StringBuilder values = new StringBuilder();
        String begin = "\r\n" + name + ": ";
        String lower = head.toLowerCase(Locale.ROOT);
        for (int at = lower.indexOf(begin); at >= 0; at = lower.indexOf(begin, at + 1)) {
            values.append(values.isEmpty() ? "" : " AND ")
                    .append(head, at + begin.length(), head.indexOf("\r\n", at + begin.length()));
        }
        return values.toString();
    }

    private String answer(String head) {
        String credential = field(head, "authorization");
        String audience = "api://" + head.split("/", 3)[1];
        JWTClaimsSet claims = credential.startsWith("Bearer ") ? genuine(credential.substring(7)) : null;
        if (claims == null || !claims.getAudience().equals(List.of(audience))) {
            complaints.add("at " + audience + ": " + (claims == null ? credential : claims));
            return response("403 Forbidden", "", "not a token for " + audience);
        }
        String who = audience + " " + claims.getClaim("name");
        int luck = ThreadLocalRandom.current().nextInt(1000);
        if (luck < 3) {
            plainRefusals.incrementAndGet();
            return response("401 Unauthorized", "", who);
        }
        if (luck < 6) {
            challenges.incrementAndGet();
            return response("401 Unauthorized", CHALLENGE, who);
        }
        served.incrementAndGet();
        return response("200 OK", "", who);
    }

    private static String response(String status, String fields, String body) {
        return "HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** The claims of a token of the provider that has not expired; null: it is none. The signature is checked once. */
    private @Nullable JWTClaimsSet genuine(String token) {
        JWTClaimsSet claims = genuine.get(token);
        if (claims == null) {
            try {
                SignedJWT jwt = SignedJWT.parse(token);
                RSASSAVerifier key = keys.get(jwt.getHeader().getKeyID());
                if (key == null || !jwt.verify(key)) {
                    return null;
                }
                claims = jwt.getJWTClaimsSet();
                genuine.put(token, claims);
            } catch (ParseException | JOSEException e) {
                return null;
            }
        }
        return claims.getExpirationTime().toInstant().isAfter(Instant.now()) ? claims : null;
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
