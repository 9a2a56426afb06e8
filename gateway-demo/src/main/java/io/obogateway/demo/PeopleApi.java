package io.obogateway.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.obogateway.http.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The demo's downstream API. It trusts nobody: it checks each token's signature, issuer, audience and expiry itself, and
 * answers with what it saw.
 */
final class PeopleApi implements AutoCloseable {
    static final String AUDIENCE = "api://demo.hr.people-api";

    private static final String SCHEME = "Bearer ";
    private static final int THREADS = 16;

    /** For a key set that another part of a JVM still warming up serves. */
    private static final int MILLIS = 5_000;

    private static final int MAX_BYTES = 100_000;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "people-api");
        thread.setDaemon(true);
        return thread;
    });
    private final DefaultJWTProcessor<SecurityContext> tokens;

    /** Starts it on a free port. It fetches the issuer's keys with the first token. */
    PeopleApi(String issuer, String jwksUrl) {
        // else each answer waits for the acknowledgement of its head
        System.setProperty("sun.net.httpserver.nodelay", "true");
        tokens = verifier(issuer, jwksUrl);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("no free loopback port", e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    private static DefaultJWTProcessor<SecurityContext> verifier(String issuer, String jwksUrl) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        try {
            JWKSource<SecurityContext> keys = JWKSourceBuilder.create(
                            URI.create(jwksUrl).toURL(), new DefaultResourceRetriever(MILLIS, MILLIS, MAX_BYTES))
                    .build();
            processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, keys));
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                AUDIENCE, new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("exp", "sub")));
        return processor;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String field = exchange.getRequestHeaders().getFirst("Authorization");
            if (field == null || !field.startsWith(SCHEME)) {
                send(exchange, 401, Map.of("error", "no bearer token"));
                return;
            }
            String token = field.substring(SCHEME.length());
            try {
                send(exchange, 200, seen(exchange, token, tokens.process(token, null)));
            } catch (ParseException | BadJOSEException e) {
                send(exchange, 401, Map.of("error", "this API does not accept the token"));
            } catch (JOSEException e) {
                send(exchange, 503, Map.of("error", "the issuer's keys are not available"));
            }
        }
    }

    private static Map<String, Object> seen(HttpExchange exchange, String token, JWTClaimsSet claims) {
        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("who", claim(claims, "name"));
        seen.put("oid", claim(claims, "oid"));
        seen.put("sub", claim(claims, "sub"));
        seen.put("audience", String.join(" ", claims.getAudience()));
        seen.put("azp", claim(claims, "azp"));
        seen.put("token", Fingerprint.of(token));
        seen.put("checked", "signature, issuer, audience, expiry");
        seen.put("request", exchange.getRequestMethod() + " " + exchange.getRequestURI());
        return seen;
    }

    private static String claim(JWTClaimsSet claims, String name) {
        return String.valueOf(claims.getClaim(name));
    }

    private static void send(HttpExchange exchange, int status, Map<String, Object> members) throws IOException {
        StringJoiner lines = new StringJoiner(",\n  ", "{\n  ", "\n}\n");
        members.forEach((name, value) -> lines.add(JsonWriter.write(name) + ": " + JsonWriter.write(value)));
        byte[] body = lines.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (status == 401) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
