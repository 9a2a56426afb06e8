package io.obogateway.fakeentra;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/** A client of the token endpoint, written by the book. */
final class Client {
    private final FakeEntra entra;
    private final HttpClient http = HttpClient.newHttpClient();

    Client(FakeEntra entra) {
        this.entra = entra;
    }

    /** The on-behalf-of form for the gateway's registration. */
    Map<String, String> exchange(String assertion, String scope) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("assertion", assertion);
        form.put("client_id", entra.clientId());
        form.put("client_secret", entra.clientSecret());
        form.put("grant_type", TokenRequest.JWT_BEARER);
        form.put("requested_token_use", "on_behalf_of");
        form.put("scope", scope);
        return form;
    }

    HttpResponse<String> post(Map<String, String> form, String... headers) throws IOException, InterruptedException {
        StringJoiner body = new StringJoiner("&");
        form.forEach((name, value) -> body.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(entra.tokenUrl()))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    static Map<String, Object> json(HttpResponse<String> response) throws ParseException {
        return JSONObjectUtils.parse(response.body());
    }

    static JWTClaimsSet token(HttpResponse<String> response) throws ParseException {
        return SignedJWT.parse((String) json(response).get("access_token")).getJWTClaimsSet();
    }
}
