package io.obogateway.oauth;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client credential that is kept in files: what they say, and not what they said when the gateway started. Their content
 * is compared, because a platform that swaps a link or restores an old time stamp would not be seen otherwise.
 */
public final class FileCredential implements ClientAuthentication {
    /*
     * Threads. Token requests are prepared on event loops, which must not wait for a file. So a request asks for
     * `refreshed` first: when the files were looked at a moment ago it goes on at once, else they are read on READER, one
     * thread for all credentials, and everybody who comes meanwhile shares that reading. A file system that hangs costs
     * them PATIENCE and later ones nothing: they go on with what was read before. `contents` is READER's alone.
     */
    private static final Logger LOG = LoggerFactory.getLogger(FileCredential.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Executor READER = reader();

    private final List<SecretFile> files;
    private final Function<List<Secret>, ClientAuthentication> maker;
    private Reading last = Reading.NEVER;
    private List<Secret> contents;
    private volatile ClientAuthentication current;
    private volatile @Nullable String problem;

    /** One look at the files. */
    private record Reading(long since, CompletableFuture<ClientAuthentication> done) {
        static final Reading NEVER = new Reading(
                Long.MIN_VALUE / 2, CompletableFuture.failedFuture(new IllegalStateException("not read yet")));

        long age(long now) {
            return Math.abs(now - since);
        }
    }

    private FileCredential(List<SecretFile> files, Function<List<Secret>, ClientAuthentication> maker) {
        this.files = List.copyOf(files);
        this.maker = maker;
        this.contents = read(files);
        this.current = maker.apply(contents);
    }

    /**
     * Reads the files for the first time. Blocks.
     *
     * @param maker makes the credential of what the files hold, in their order; throws an {@code IllegalArgumentException}
     *     whose message says nothing of that
     * @throws IllegalArgumentException when the files cannot be read, or no credential be made of them
     */
    public static FileCredential of(List<SecretFile> files, Function<List<Secret>, ClientAuthentication> maker) {
        return new FileCredential(files, maker);
    }

    @Override
    public synchronized CompletableFuture<ClientAuthentication> refreshed(Clock clock, Duration maxAge) {
        long now = clock.millis();
        boolean underWay = !last.done().isDone();
        boolean fresh = last.age(now) < (underWay ? PATIENCE : maxAge).toMillis();
        if (underWay && fresh) {
            return patiently(last);
        }
        if (underWay || fresh) {
            return CompletableFuture.completedFuture(current);
        }
        Reading reading = new Reading(now, new CompletableFuture<>());
        last = reading;
        READER.execute(() -> readAgain(reading));
        return patiently(reading);
    }

    private CompletableFuture<ClientAuthentication> patiently(Reading reading) {
        return reading.done().copy().completeOnTimeout(current, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void readAgain(Reading reading) {
        try {
            List<Secret> now = read(files);
            if (!now.equals(contents)) {
                current = maker.apply(now);
                contents = now;
                LOG.info("client credential read anew from {}", names());
            }
            problem = null;
        } catch (IllegalArgumentException e) {
            warn(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            warn(e.getClass().getSimpleName()); // whose message may hold anything
        } finally {
            reading.done().complete(current);
        }
    }

    private void warn(String what) {
        if (!what.equals(problem)) {
            LOG.warn("the client credential in {} is used as it was: {}", names(), what);
        }
        problem = what;
    }

    private static List<Secret> read(List<SecretFile> files) {
        List<Secret> contents = new ArrayList<>();
        files.forEach(file -> contents.add(file.read()));
        return contents;
    }

    private static Executor reader() {
        ThreadPoolExecutor reader =
                new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "gateway-credential-files");
                    thread.setDaemon(true);
                    return thread;
                });
        reader.allowCoreThreadTimeOut(true);
        return reader;
    }

    private String names() {
        return String.join(
                ", ", files.stream().map(file -> file.path().toString()).toList());
    }

    @Override
    public ClientAuthentication current() {
        return current;
    }

    @Override
    public @Nullable String warning() {
        String what = problem;
        return what == null ? null : "its changed client credential cannot be used, the old one is in use: " + what;
    }

    @Override
    public String method() {
        return current.method();
    }

    @Override
    public void apply(
            String clientId, URI tokenUrl, Map<String, String> form, Map<String, String> headers, Clock clock) {
        current.apply(clientId, tokenUrl, form, headers, clock);
    }

    @Override
    public String toString() {
        return "FileCredential[" + names() + ", " + current + "]";
    }
}
