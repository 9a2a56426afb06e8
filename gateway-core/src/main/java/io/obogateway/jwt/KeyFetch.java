package io.obogateway.jwt;

import io.obogateway.http.Backchannel;
import io.obogateway.http.Backchannel.Answer;
import io.obogateway.http.Backchannel.Call;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One fetch of an issuer's keys: its discovery document where one is needed, then its key set. Stateless. */
final class KeyFetch {
    private static final Logger log = LoggerFactory.getLogger(KeyFetch.class);

    private static final int MAX_BYTES = 1 << 20;

    /** What a fetch brought. */
    record Fetched(IssuerMetadata metadata, KeySet keys) {}

    private final Issuer issuer;
    private final Backchannel backchannel;
    private final Executor executor;
    private final KeySetReader reader;

    /**
     * @param executor reads the answers, so that the threads that carry connections need not
     */
    KeyFetch(Issuer issuer, Backchannel backchannel, Executor executor) {
        this.issuer = issuer;
        this.backchannel = backchannel;
        this.executor = executor;
        this.reader = new KeySetReader(issuer.name());
    }

    /**
     * Fetches discovery document and keys. Metadata that is known already serves on when discovery fails.
     *
     * @return fails with {@link KeyLoadException} or what the backchannel fails with
     */
    CompletableFuture<Fetched> all(@Nullable IssuerMetadata known, @Nullable KeySet previous) {
        URI discoveryUrl = issuer.discoveryUrl();
        if (discoveryUrl == null) {
            return known != null
                    ? keys(known, previous)
                    : CompletableFuture.failedFuture(
                            new KeyLoadException("neither discovery-url nor issuer and jwks-url"));
        }
        return get(discoveryUrl)
                .thenApplyAsync(document -> metadata(discoveryUrl, document), executor)
                .exceptionally(failure -> orKnown(failure, known))
                .thenCompose(metadata -> keys(metadata, previous));
    }

    /** Fetches the keys only, from where they are known to be. */
    CompletableFuture<Fetched> keys(IssuerMetadata metadata, @Nullable KeySet previous) {
        return get(metadata.jwksUrl())
                .thenApplyAsync(document -> new Fetched(metadata, read(document, previous)), executor);
    }

    private CompletableFuture<String> get(URI uri) {
        return backchannel
                .send(Call.get(uri, issuer.keys().timeout(), MAX_BYTES))
                .thenApply(answer -> content(uri, answer));
    }

    private static String content(URI uri, Answer answer) {
        if (answer.status() != 200) {
            throw new CompletionException(new KeyLoadException(uri + " answered with status " + answer.status()));
        }
        return answer.body();
    }

    private IssuerMetadata metadata(URI discoveryUrl, String document) {
        try {
            return IssuerMetadata.discovered(issuer, discoveryUrl, document);
        } catch (KeyLoadException e) {
            throw new CompletionException(e);
        }
    }

    private KeySet read(String document, @Nullable KeySet previous) {
        try {
            return reader.read(document, previous);
        } catch (KeyLoadException e) {
            throw new CompletionException(e);
        }
    }

    private IssuerMetadata orKnown(Throwable failure, @Nullable IssuerMetadata known) {
        if (known == null) {
            throw failure instanceof CompletionException e ? e : new CompletionException(failure);
        }
        log.warn("issuer {}: discovery failed, what is known serves on: {}", issuer.name(), reason(failure));
        return known;
    }

    /** What went wrong, in words for operators. */
    static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
