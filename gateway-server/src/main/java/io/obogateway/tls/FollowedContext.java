package io.obogateway.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TLS context that follows its files: when their content changes, connections that are opened from then on use the new
 * one; those that stand keep theirs. Content that cannot be used is reported once, and the context stays as it was.
 */
public final class FollowedContext {
    /*
     * Threads. One thread at a time checks; handlers are made on every event loop. A native context is released by the
     * last connection that uses it, so that a loop which has just read `current` may find it gone: then there is a newer
     * one.
     */
    private static final Logger LOG = LoggerFactory.getLogger(FollowedContext.class);

    private final String purpose;
    private List<Path> files;
    private Maker maker;
    private byte[] seen;
    private @Nullable String problem;
    private volatile SslContext current;
    private volatile boolean closed;

    /** Makes a context of the files. */
    interface Maker {
        /**
         * @throws IOException when nothing can be made of them; the message names the file
         */
        SslContext make(PemFiles files) throws IOException;
    }

    /**
     * Reads the files for the first time. Blocks.
     *
     * @param purpose for messages, such as "TLS towards clients"
     * @throws IOException when they cannot be used
     */
    FollowedContext(String purpose, List<Path> files, Maker maker) throws IOException {
        this.purpose = purpose;
        this.files = List.copyOf(files);
        this.maker = maker;
        try {
            PemFiles read = PemFiles.read(files);
            current = maker.make(read);
            seen = read.digest();
        } catch (IOException e) {
            throw new IOException(purpose + ": " + e.getMessage(), e);
        }
    }

    /** Whether there is anything to follow. */
    synchronized boolean hasFiles() {
        return !files.isEmpty();
    }

    /** Follows other files from now on; as long as nothing can be made of them it stays as it was. Blocks. */
    synchronized void follow(List<Path> otherFiles, Maker otherMaker) {
        files = List.copyOf(otherFiles);
        maker = otherMaker;
        renew();
    }

    /** Looks at the files, and takes up what is new. Blocks. */
    synchronized void check() {
        if (!files.isEmpty()) {
            renew();
        }
    }

    private void renew() {
        try {
            PemFiles read = PemFiles.read(files);
            byte[] digest = read.digest();
            if (!MessageDigest.isEqual(digest, seen)) {
                replace(maker.make(read));
                seen = digest;
                LOG.info("{}: read anew from {}", purpose, files);
            }
            problem = null;
        } catch (IOException e) {
            report(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) { // of what a provider of TLS makes of a strange certificate
            report(e.toString());
        }
    }

    private void report(String what) {
        if (!what.equals(problem)) {
            LOG.warn("{} goes on as before, the changed files cannot be used: {}", purpose, what);
        }
        problem = what;
    }

    private void replace(SslContext next) {
        SslContext old = current;
        current = next;
        ReferenceCountUtil.release(old);
    }

    /** A handler for a connection that a client has opened. */
    public SslHandler newHandler(ByteBufAllocator allocator) {
        SslContext context = retained();
        try {
            return context.newHandler(allocator);
        } finally {
            ReferenceCountUtil.release(context);
        }
    }

    /**
     * A handler for a connection to an upstream.
     *
     * @param host whom the certificate must name; sessions are resumed with the same host and port only
     */
    public SslHandler newHandler(ByteBufAllocator allocator, String host, int port) {
        SslContext context = retained();
        try {
            return context.newHandler(allocator, host, port);
        } finally {
            ReferenceCountUtil.release(context);
        }
    }

    private SslContext retained() {
        while (true) {
            try {
                return ReferenceCountUtil.retain(current);
            } catch (IllegalReferenceCountException replaced) {
                if (closed) {
                    throw replaced;
                }
            }
        }
    }

    /** Lets go of it, when nobody checks it any more; connections that stand are not disturbed, new ones cannot be made. */
    void close() {
        if (!closed) {
            closed = true;
            ReferenceCountUtil.release(current);
        }
    }
}
